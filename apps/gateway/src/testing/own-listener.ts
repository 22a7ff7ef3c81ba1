import type { RequestListener } from 'node:http';
import { connect } from 'node:net';
import type { ConnectionLimits } from '../server/limits';
import { serve, type RunningServer } from '../server/server';

/** A server for each test of a file, and a client that sends raw bytes. */
export function ownListener() {
  const started: RunningServer[] = [];
  const server = (): RunningServer => {
    const newest = started.at(-1);
    if (newest === undefined) throw new Error('nothing listens');
    return newest;
  };
  afterEach(async () => {
    await Promise.all(started.splice(0).map((one) => one.close()));
  });
  return {
    get port() {
      return server().port;
    },
    close: () => server().close(),
    async listen(listener: RequestListener, limits: Partial<ConnectionLimits> = {}): Promise<void> {
      started.push(await serve(listener, { host: '127.0.0.1', port: 0, limits }));
    },
    /** Sends bytes and returns everything received until either side closes the connection. */
    talk: (...parts: readonly string[]): Promise<string> =>
      new Promise((resolve) => {
        let received = '';
        const socket = connect(server().port, '127.0.0.1', () => parts.forEach((part) => socket.write(part)));
        socket.on('data', (chunk) => (received += chunk.toString()));
        socket.on('error', () => undefined).on('close', () => resolve(received));
      }),
  };
}

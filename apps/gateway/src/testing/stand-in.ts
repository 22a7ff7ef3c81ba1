import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One call that a stand-in received: the operation's name and its input. */
export interface ReceivedCall {
  readonly operation: string;
  readonly input: Record<string, string>;
}

export interface Answer {
  readonly status?: number;
  readonly body: unknown;
}

export interface StandIn {
  readonly endpoint: string;
  readonly calls: ReceivedCall[];
  close(): Promise<void>;
}

/** Speaks enough of AWS JSON for an SDK client; `answer` may never resolve, hang up, or stop halfway. */
export async function standIn(
  answer: (call: ReceivedCall) => Answer | 'hang-up' | 'stall' | Promise<Answer>,
): Promise<StandIn> {
  const calls: ReceivedCall[] = [];
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const operation = String(request.headers['x-amz-target']).split('.')[1] ?? '';
      const call = {
        operation,
        input: JSON.parse(Buffer.concat(chunks).toString()) as Record<string, string>,
      };
      calls.push(call);
      void Promise.resolve(answer(call)).then((given) => {
        if (given === 'hang-up') request.socket.destroy();
        else if (given === 'stall') response.writeHead(200, { 'Content-Length': 100 }).write('{');
        else
          response
            .writeHead(given.status ?? 200, { 'Content-Type': 'application/x-amz-json-1.0' })
            .end(JSON.stringify(given.body));
      });
    });
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

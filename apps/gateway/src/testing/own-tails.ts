import request from 'supertest';
import type { Dependencies } from '../app';
import { serve, type RunningServer } from '../server/server';
import type { Settings } from '../settings';
import { documentation } from './documented';
import { fakeAppender, gatewayWith, succeeded } from './fakes';
import { TailClient, Ticks } from './sse';
import { TailedLog } from './tailed-log';

export const POLL = 1_000;
export const PATH = '/products/100/events/stream';

/** For each test of a file, a server with a log, and clients of its live tails. */
export function ownTails() {
  const { watch, undocumented } = documentation();
  let server: RunningServer;
  let closing: AbortController;
  let ticks: Ticks;
  let log: TailedLog;
  let clients: TailClient[];
  beforeEach(() => {
    [closing, ticks, log, clients] = [new AbortController(), new Ticks(), new TailedLog(), []];
  });
  afterEach(async () => {
    for (const client of clients) client.close();
    closing.abort();
    expect(await server.close()).toBe(true);
    expect(undocumented()).toEqual([]);
  });
  async function tail(query = '', headers: Record<string, string> = {}): Promise<TailClient> {
    const client = await TailClient.open(`http://127.0.0.1:${server.port}${PATH}${query}`, headers);
    clients.push(client);
    return client;
  }
  return {
    get closing() {
      return closing;
    },
    get ticks() {
      return ticks;
    },
    get log() {
      return log;
    },
    async start(settings: Partial<Settings> = {}, more: Partial<Dependencies> = {}, unreadTimeout = 100) {
      const appender = fakeAppender(() => succeeded({ version: log.head }));
      const { every } = ticks;
      const parts = { log: log.fake, appender, every, closing: closing.signal, settings, ...more };
      const { app } = gatewayWith(parts);
      server = await serve(app, { host: '127.0.0.1', port: 0, limits: { unreadTimeout } });
    },
    agent: () => watch(request.agent(`http://127.0.0.1:${server.port}`)),
    tail,
    /** A tail that has reached the end of the log. */
    async caughtUp(): Promise<TailClient> {
      const client = await tail();
      await client.until(() => client.lastEventId === `${log.head}+`);
      return client;
    },
    async ids(client: TailClient, count: number): Promise<(string | undefined)[]> {
      const found = [];
      for (let i = 0; i < count; i += 1) found.push((await client.next()).id);
      return found;
    },
    async nobodyListens(): Promise<void> {
      while (ticks.running.size > 0) await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

import type { IncomingMessage } from 'node:http';
import { allScopes } from '@hindsight/api';
import request from 'supertest';
import type { Dependencies } from '../app';
import { serve, type RunningServer } from '../server/server';
import type { Settings } from '../settings';
import { documentation } from '../testing/documented';
import { adjustment, fakeAppender, gatewayWith, recorded, succeeded } from '../testing/fakes';
import { TailClient, Ticks } from '../testing/sse';
import { TailedLog } from '../testing/tailed-log';

const { watch, strays } = documentation();
const POLL = 1_000;
const BEAT = 15_000;
const HOUR = 3_600_000;
const PATH = '/products/100/events/stream';

let server: RunningServer;
let closing: AbortController;
let ticks: Ticks;
let log: TailedLog;
let clients: TailClient[];

async function start(
  settings: Partial<Settings> = {},
  more: Partial<Dependencies> = {},
  unreadTimeout = 100,
): Promise<void> {
  const appender = fakeAppender(() => succeeded({ version: log.head }));
  const { every } = ticks;
  const { app } = gatewayWith({ log: log.fake, appender, every, closing: closing.signal, settings, ...more });
  server = await serve(app, { host: '127.0.0.1', port: 0, limits: { unreadTimeout } });
}

const agent = () => watch(request.agent(`http://127.0.0.1:${server.port}`));

async function tail(query = '', headers: Record<string, string> = {}): Promise<TailClient> {
  const client = await TailClient.open(`http://127.0.0.1:${server.port}${PATH}${query}`, headers);
  clients.push(client);
  return client;
}

/** A tail that has come to the end of the log. */
async function caughtUp(): Promise<TailClient> {
  const client = await tail();
  await client.until(() => client.lastEventId === `${log.head}+`);
  return client;
}

async function ids(client: TailClient, count: number): Promise<(string | undefined)[]> {
  const found = [];
  for (let i = 0; i < count; i += 1) found.push((await client.next()).id);
  return found;
}

const nobodyListens = async (): Promise<void> => {
  while (ticks.running.size > 0) await new Promise((resolve) => setImmediate(resolve));
};

beforeEach(() => {
  [closing, ticks, log, clients] = [new AbortController(), new Ticks(), new TailedLog(), []];
});
afterEach(async () => {
  for (const client of clients) client.close();
  closing.abort();
  expect(await server.close()).toBe(true);
  expect(strays()).toEqual([]);
});

describe('a live tail', () => {
  test('is a stream of server-sent events that nobody keeps or squeezes', async () => {
    await start();
    const client = await tail('?after=0');
    expect(client.response.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
    });
    const data = { ...recorded, eventId: 'e1', version: 1 };
    expect(await client.next()).toEqual({ id: '1', event: undefined, data });
    expect(client.retry).toBe(2_000);
  });

  test('begins at the next new event, after a version, or after the last message that was heard', async () => {
    await start();
    expect(await ids(await tail('?after=1'), 2)).toEqual(['2', '3']);
    expect(await ids(await tail('?after=0', { 'Last-Event-ID': '2' }), 1)).toEqual(['3']);
    const client = await caughtUp();
    log.head = 4;
    ticks.pass(POLL);
    expect(await ids(client, 1)).toEqual(['4']);
  });

  test('hears at once of what this process appends', async () => {
    await start();
    const client = await caughtUp();
    log.head = 5;
    await agent().post('/products/100/events').send({ eventType: 'productReceived', quantity: 1 });
    expect(await ids(client, 2)).toEqual(['4', '5']);
  });

  test('asks for the head once an interval, however many listen, and not at all when nobody does', async () => {
    await start();
    const [one, two] = [await caughtUp(), await caughtUp()];
    const before = log.asked;
    log.head = 4;
    ticks.pass(POLL);
    expect(log.asked).toBe(before + 1);
    expect(await ids(one, 1)).toEqual(['4']);
    expect(await ids(two, 1)).toEqual(['4']);
    one.close();
    two.close();
    await nobodyListens();
  });

  test('tells what a late event changed, once, wherever the connection was lost', async () => {
    log.late.add(2);
    await start();
    const all = await tail('?after=1');
    const [event, change, last] = [await all.next(), await all.next(), await all.next()];
    expect([event.id, change.id, last.id]).toEqual(['2', '2+', '3']);
    expect(change).toMatchObject({ event: 'adjustment', data: { version: 2, eventId: 'e2', adjustment } });
    expect(await ids(await tail('', { 'Last-Event-ID': '1' }), 3)).toEqual(['2', '2+', '3']);
    expect(await ids(await tail('', { 'Last-Event-ID': '2' }), 2)).toEqual(['2+', '3']);
    expect(await ids(await tail('', { 'Last-Event-ID': '2+' }), 1)).toEqual(['3']);
    expect(await ids(await tail('?after=1&adjustments=false'), 2)).toEqual(['2', '3']);
    expect(await ids(await tail('?adjustments=false', { 'Last-Event-ID': '2' }), 1)).toEqual(['3']);
  });

  test('gives signs of life', async () => {
    await start();
    const client = await caughtUp();
    ticks.pass(BEAT);
    await client.until(() => client.comments.length === 1);
  });

  test('survives a table that does not answer for a while', async () => {
    await start();
    const client = await caughtUp();
    log.answers = false;
    ticks.pass(POLL);
    await new Promise((resolve) => setImmediate(resolve));
    [log.answers, log.head] = [true, 4];
    ticks.pass(POLL);
    expect(await ids(client, 1)).toEqual(['4']);
  });

  test('begins with a message that has data, so that every client remembers its id', async () => {
    await start();
    for (const [query, id, version] of [
      ['', '3+', 3],
      ['?after=1', '1+', 1],
    ] as const) {
      const client = await tail(query);
      await client.until(() => client.beginning !== undefined);
      expect(client.beginning).toMatchObject({ event: 'position', id, data: JSON.stringify({ version }) });
    }
  });

  test('is refused before anything is read, if there are too many', async () => {
    await start({ tails: 2 });
    await caughtUp();
    let answer!: (head: number) => void;
    log.headVersion = () => {
      log.asked += 1;
      return new Promise((resolve) => (answer = resolve));
    };
    const asked = log.asked;
    const second = tail();
    while (log.asked === asked) await new Promise((resolve) => setImmediate(resolve));
    const { status } = await agent().get(PATH);
    expect([status, log.asked]).toEqual([503, asked + 1]);
    answer(3);
    await second;
  });

  test('shares the places with other clients', async () => {
    const authenticate = ({ headers: { authorization = '' } }: IncomingMessage) =>
      Promise.resolve({ subject: authorization, scopes: allScopes });
    await start({ tails: 3 }, { authenticate });
    const as = (name: string) => tail('', { Authorization: name });
    const [oldest, second, third] = [await as('shop'), await as('shop'), await as('shop')];
    const other = await as('other');
    await oldest.ended();
    // Two and one: the places are shared as evenly as they can be.
    for (const name of ['shop', 'other']) await agent().get(PATH).set('Authorization', name).expect(503);
    log.head = 4;
    ticks.pass(POLL);
    for (const client of [second, third, other]) expect(await ids(client, 1)).toEqual(['4']);
  });

  test('holds one event for a client that is behind, and no page of the log', async () => {
    [log.head, log.reason] = [1_000, 'x'.repeat(8_000)];
    await start({}, {}, 10_000);
    const behind = [await tail('?after=0'), await tail('?after=0')];
    for (const client of behind) client.response.pause();
    const settled = async (): Promise<number> => {
      let before = -1;
      while (before !== log.made) {
        before = log.made;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      return log.made;
    };
    await settled();
    expect(log.reading).toBe(0);
    // It has made no more than fits into the buffers of the connections, most of which are the system's.
    expect(log.made).toBeLessThan(1_500);
    for (const client of behind) client.response.resume();
    for (const client of behind) expect(await ids(client, 1_000)).toHaveLength(1_000);
  });

  test('takes so many clients, and another when one has gone', async () => {
    await start({ tails: 1 });
    const client = await caughtUp();
    const { status, headers, body } = await agent().get(PATH);
    expect([status, headers['retry-after'], body.type]).toEqual([503, '10', '/problems/too-many-streams']);
    client.close();
    await nobodyListens();
    await caughtUp();
  });

  test('ends when the server closes', async () => {
    await start();
    const client = await caughtUp();
    closing.abort();
    await client.ended();
    await (await tail()).ended();
  });

  test('ends after an hour, for the client to show anew that it may', async () => {
    await start();
    const client = await caughtUp();
    ticks.pass(HOUR);
    await client.ended();
  });

  test('makes nothing for a client that does not read, and the server lets it go', async () => {
    log.head = 1_000_000;
    await start();
    const client = await tail('?after=0');
    client.response.pause();
    await nobodyListens();
    // What the buffers between the two ends hold, and no more.
    expect(log.made).toBeLessThan(100_000);
  });
});

describe('no stream is what is', () => {
  test('of a product that is not there', async () => {
    log.head = 0;
    await start();
    const { status, body } = await agent().get(PATH);
    expect([status, body.type]).toEqual([404, '/problems/product-not-found']);
  });

  test('after a version that is not there', async () => {
    await start();
    const { status, body } = await agent().get(PATH).set('Last-Event-ID', '4');
    expect([status, body.type, body.headVersion]).toEqual([404, '/problems/version-not-found', 3]);
  });

  test.each([
    ['?after=x', {}],
    ['?after=-1', {}],
    ['?adjustments=no', {}],
    ['?since=1', {}],
    ['', { 'Last-Event-ID': 'seven' }],
  ])('asked for wrongly: %s %j', async (query, headers) => {
    await start();
    const { status, body } = await agent().get(`${PATH}${query}`).set(headers);
    expect([status, body.type]).toEqual([400, '/problems/malformed-request']);
  });

  test('asked for by HEAD', async () => {
    await start();
    const { status, headers } = await agent().head(PATH);
    expect([status, headers['content-type']]).toEqual([200, expect.stringContaining('text/event-stream')]);
  });
});

test('where answers are handed over whole, it ends after what is there, at a bound, and goes on later', async () => {
  log.head = 100;
  await start({ tailBatch: 2_000, tailRetry: 5_000 });
  const seen: unknown[] = [];
  let rounds = 0;
  for (let last = ''; last !== '100'; rounds += 1) {
    const client = await tail('?after=0', last === '' ? {} : { 'Last-Event-ID': last });
    await client.ended();
    seen.push(...client.rest().map(({ id }) => id));
    expect(client.retry).toBe(5_000);
    last = client.lastEventId;
  }
  expect(seen).toEqual(Array.from({ length: 100 }, (_, index) => String(index + 1)));
  expect(rounds).toBeGreaterThan(5);
  const idle = await tail();
  await idle.ended();
  expect([idle.lastEventId, idle.rest()]).toEqual(['100+', []]);
});

import { adjustment, recorded } from '../testing/fakes';
import { ownTails, PATH, POLL } from '../testing/own-tails';
import type { Ticks } from '../testing/sse';
import type { TailedLog } from '../testing/tailed-log';

const BEAT = 15_000;
const HOUR = 3_600_000;
const own = ownTails();
const { agent, caughtUp, ids, nobodyListens, start, tail } = own;
let log: TailedLog;
let ticks: Ticks;
let closing: AbortController;
beforeEach(() => ({ log, ticks, closing } = own));

describe('a live tail', () => {
  test('is a stream of server-sent events without caching or compression', async () => {
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

  test('starts at the next new event, after a version, or after the last message received', async () => {
    await start();
    expect(await ids(await tail('?after=1'), 2)).toEqual(['2', '3']);
    expect(await ids(await tail('?after=0', { 'Last-Event-ID': '2' }), 1)).toEqual(['3']);
    const client = await caughtUp();
    log.head = 4;
    ticks.pass(POLL);
    expect(await ids(client, 1)).toEqual(['4']);
  });

  test('pushes immediately what this process appends', async () => {
    await start();
    const client = await caughtUp();
    log.head = 5;
    await agent().post('/products/100/events').send({ eventType: 'productReceived', quantity: 1 });
    expect(await ids(client, 2)).toEqual(['4', '5']);
  });

  test('polls the head once an interval for all clients, and not at all without clients', async () => {
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

  test('sends what a late event changed, once, wherever the connection was lost', async () => {
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

  test('sends keep-alive comments', async () => {
    await start();
    const client = await caughtUp();
    ticks.pass(BEAT);
    await client.until(() => client.comments.length === 1);
  });

  test('survives a table that does not respond for a while', async () => {
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

  test('ends when the server closes', async () => {
    await start();
    const client = await caughtUp();
    closing.abort();
    await client.ended();
    await (await tail()).ended();
  });

  test('ends after an hour, so that the client is authorized again', async () => {
    await start();
    const client = await caughtUp();
    ticks.pass(HOUR);
    await client.ended();
  });
});

describe('no stream is opened', () => {
  test('for an unknown product', async () => {
    log.head = 0;
    await start();
    const { status, body } = await agent().get(PATH);
    expect([status, body.type]).toEqual([404, '/problems/product-not-found']);
  });

  test('after an unknown version', async () => {
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
  ])('for an invalid request: %s %j', async (query, headers) => {
    await start();
    const { status, body } = await agent().get(`${PATH}${query}`).set(headers);
    expect([status, body.type]).toEqual([400, '/problems/malformed-request']);
  });

  test('for HEAD', async () => {
    await start();
    const { status, headers } = await agent().head(PATH);
    expect([status, headers['content-type']]).toEqual([200, expect.stringContaining('text/event-stream')]);
  });
});

test('on platforms that buffer responses, it ends after the existing events, at a limit, and resumes later', async () => {
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

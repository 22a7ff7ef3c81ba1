import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EventSource } from 'eventsource';
import { createApp, type Settings } from '@hindsight/gateway';
import type { ProductLog } from '@hindsight/workflow';
import { pino } from 'pino';
import { openLog } from '../support/log';
import { fakeViews, memoryClosings } from '../../apps/gateway/src/testing/fakes';
import { TailClient, Ticks } from '../../apps/gateway/src/testing/sse';
import { Naive } from '../../packages/domain/src/testing/naive';
import { serveFunction, type HttpFront } from '../deploy/http-front';
import { at, command, corrected, received, retracted, shipped } from '../support/commands';
import { startTable, type TestTable } from '../support/engine';
import { randomFrom } from '../support/random';

const SEED = Number(process.env['SEED'] ?? 11);
const POLL = 1_000;

let table: TestTable;
let writer: ProductLog;
let seconds = 0;
const servers: Server[] = [];
const sources: EventSource[] = [];

beforeAll(async () => {
  table = await startTable();
  writer = openLog({ ...table, clock: () => new Date(at(seconds)) });
});
afterEach(() => {
  for (const source of sources.splice(0)) source.close();
  servers.splice(0).forEach((server) => server.close().closeAllConnections());
});
afterAll(() => table.stop());

/** Appends as another process would: nobody tells the gateway. */
async function append(productId: string, body: object): Promise<void> {
  seconds += 1;
  await writer.append(command(productId, body, { onConflict: 'flag' }));
}

/** A gateway that reads the table, and the intervals at which it looks. */
async function gateway(settings: Partial<Settings> = {}): Promise<{ url: string; ticks: Ticks }> {
  const ticks = new Ticks();
  const log = openLog({ ...table });
  const appender = { append: () => Promise.reject(new Error('nobody appends here')), ping: () => log.ping() };
  const server = createServer(
    createApp({
      log,
      views: fakeViews(),
      closings: memoryClosings(),
      appender,
      logger: pino({ level: 'silent' }),
      every: ticks.every,
      settings,
    }),
  );
  servers.push(server.listen(0, '127.0.0.1'));
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, ticks };
}

const addressOf = (url: string, productId: string, query = '?after=0'): string =>
  `${url}/products/${productId}/events/stream${query}`;

/** Worked out once: a log only grows. */
const worked: Record<string, [string, unknown][][]> = {};

/** What a tail must have told of a product by now: each event, and what it changed, worked out naively. */
async function expected(productId: string): Promise<[string, unknown][]> {
  const page = await writer.readRecorded(productId, { direction: 'forward', limit: 200 });
  const events = page?.events ?? [];
  const known = (worked[productId] ??= []);
  for (const [index, event] of events.entries()) {
    if (index < known.length) continue;
    const naive = new Naive({
      productId,
      before: events.slice(0, index),
      after: events.slice(0, index + 1),
      now: event.recordedAt,
    });
    const late = naive.old.some((fact) => fact.event.effectiveAt > event.effectiveAt);
    const tells = late || event['targetEventId'] !== undefined;
    const told: [string, unknown] = [String(event.version), event];
    known.push(tells ? [told, [`${event.version}+`, [naive.changes(), naive.conflicts()]]] : [told]);
  }
  return known.flat();
}

interface Told {
  readonly id: string | undefined;
  readonly event: string | undefined;
  readonly data: unknown;
}

/** The parts of a message that the naive way knows. */
function said({ id = '', event, data }: Told): [string, unknown] {
  if (event !== 'adjustment') return [id, data];
  const { adjustment } = data as { adjustment: { changes: unknown; conflicts: unknown } };
  return [id, [adjustment.changes, adjustment.conflicts]];
}

/** The body of an event: in order, late, or a correction. */
function someBody(random: () => number, count: number): object {
  const moment = random() < 0.5 ? {} : { effectiveAt: at(Math.floor(random() * 20) - 30) };
  const eventId = `e${count}`;
  const target = `e${Math.floor(random() * count)}`;
  const kind = random();
  if (count > 2 && kind < 0.1) return retracted(target, { eventId });
  if (count > 2 && kind < 0.2) return corrected(target, received(1 + Math.floor(random() * 9)), { eventId });
  return (kind < 0.6 ? received : shipped)(1 + Math.floor(random() * 9), { eventId, ...moment });
}

test(`a client that loses the connection again and again hears all of it once (seed ${SEED})`, async () => {
  const random = randomFrom(SEED);
  const productId = 'torn';
  await append(productId, received(5, { eventId: 'e0' }));
  const { url, ticks } = await gateway();
  const messages: [string, unknown][] = [];
  let client = await TailClient.open(addressOf(url, productId));
  const rest = async (): Promise<void> => {
    const all = await expected(productId);
    while (messages.length < all.length) {
      messages.push(said(await client.next()));
      if (random() < 0.8) continue;
      const last = messages.at(-1)?.[0] ?? '';
      client.close();
      client = await TailClient.open(addressOf(url, productId), { 'Last-Event-ID': last });
    }
  };
  for (let count = 1; count < 30; count += 1) {
    // A correction may well aim at a correction: that one is refused.
    await append(productId, someBody(random, count)).catch(() => undefined);
    if (random() < 0.5) continue;
    await client.until(() => client.lastEventId !== '');
    ticks.pass(POLL);
    await rest();
  }
  ticks.pass(POLL);
  await rest();
  client.close();
  expect(messages).toEqual(await expected(productId));
  expect(messages.filter(([id]) => id.endsWith('+')).length).toBeGreaterThan(5);
}, 60_000);

test('an EventSource hears all of it once, where the stream ends after what is there', async () => {
  const productId = 'browsed';
  for (let count = 0; count < 8; count += 1)
    await append(productId, received(1 + count, count % 3 === 2 ? { effectiveAt: at(-count) } : {}));
  const { url } = await gateway({ tailBatch: 1, tailRetry: 1 });
  const all = await expected(productId);
  const messages: string[] = [];
  const source = new EventSource(addressOf(url, productId));
  sources.push(source);
  await new Promise<void>((resolve) => {
    const hear = ({ lastEventId }: { lastEventId: string }): void => {
      messages.push(lastEventId);
      if (messages.length === all.length) resolve();
    };
    source.addEventListener('message', hear);
    source.addEventListener('adjustment', hear);
  });
  // It comes back, and is told of what happens then.
  const next = new Promise<string>((resolve) =>
    source.addEventListener('message', ({ lastEventId }) => resolve(lastEventId)),
  );
  await append(productId, received(1));
  expect(await next).toBe('9');
  expect(messages).toEqual([...all.map(([id]) => id), '9']);
});

test('an EventSource that loses its connection before its first event misses nothing', async () => {
  const productId = 'quiet';
  await append(productId, received(1));
  // Each connection ends at once, and the next one comes a moment later.
  const { url } = await gateway({ tailBatch: 1, tailRetry: 200 });
  const source = new EventSource(addressOf(url, productId, ''));
  sources.push(source);
  const messages = new Promise<string>((resolve) =>
    source.addEventListener('message', ({ lastEventId }) => resolve(lastEventId)),
  );
  await new Promise((resolve) => source.addEventListener('error', resolve, { once: true }));
  await append(productId, received(1));
  expect(await messages).toBe('2');
});

describe('behind API Gateway', () => {
  let front: HttpFront;
  beforeAll(async () => {
    Object.assign(process.env, {
      TABLE_NAME: table.tableName,
      DYNAMODB_ENDPOINT: table.endpoint,
      STATE_MACHINE_ARN: 'arn:aws:states:us-east-1:0:stateMachine:x',
      SFN_ENDPOINT: table.endpoint,
      LOG_LEVEL: 'silent',
      ...{ AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' },
    });
    // Only now: it reads the environment when it is loaded.
    const { handler } = jest.requireActual<{
      handler: (event: unknown, context: object) => Promise<unknown>;
    }>('../../apps/gateway/src/lambda');
    front = await serveFunction(
      { invoke: (_: string, event: unknown) => handler(event, {}) } as never,
      'gateway',
    );
  });
  afterAll(() => front.close());

  test('each answer ends after what is there, and the next one goes on from it', async () => {
    const productId = 'deployed';
    await append(productId, received(4));
    await append(productId, shipped(1));
    const messages: [string, unknown][] = [];
    let last = '';
    const poll = async (): Promise<void> => {
      const client = await TailClient.open(
        addressOf(front.url, productId),
        last ? { 'Last-Event-ID': last } : {},
      );
      await client.ended();
      expect(client.retry).toBe(5_000);
      for (const { id, event, data } of client.rest())
        messages.push(said({ id, event, data: JSON.parse(data) as unknown }));
      last = client.lastEventId;
    };
    await poll();
    await poll();
    await append(productId, received(2, { effectiveAt: at(-5) }));
    await poll();
    expect(messages).toEqual(await expected(productId));
    expect(last).toBe('3+');
  });
});

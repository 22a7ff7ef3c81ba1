/**
 * Closings hold on every way in. Each way sends an event of a closed period, and is refused, or does what it was asked to
 * do with late events; and in no case is anything in the closed period that was not let in.
 */
import { mkdtempSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClosingRegister, type LatePolicy } from '@hindsight/event-log';
import { createClient, type Client, type ImportEvent } from '@hindsight/import';
import request from 'supertest';
import { createDirectClient } from '../../apps/cli/src/import/direct';
import { createExchange } from '../../apps/cli/src/import/http';
import { restore } from '../../apps/cli/src/import/restore';
import { importFile } from '../../apps/cli/src/import/run';
import { received, retracted, shipped, transfer, command } from '../support/commands';
import { wholeLog } from '../support/log';
import { startGateway, type StartedGateway } from '../workflow/gateway';
import { startMachine, type Machine } from '../workflow/machine';

jest.setTimeout(120_000);

const HOUR_MS = 3_600_000;
const began = Date.now();
const iso = (ms: number) => new Date(ms).toISOString();
const CLOSED = iso(began - HOUR_MS);
const FIRST_OPEN = iso(began - HOUR_MS + 1);
const BEFORE = iso(began - 3 * HOUR_MS);
const LATE = iso(began - 2 * HOUR_MS);

let machine: Machine;
let gateway: StartedGateway;
let url: string;
let close: () => Promise<unknown>;
let products = 0;

beforeAll(async () => {
  machine = await startMachine();
  const { log, store } = machine;
  const closings = new ClosingRegister(store);
  gateway = await startGateway(machine, { log, closings, clock: () => new Date() });
  const server = gateway.app.listen(0, '127.0.0.1');
  await new Promise((listening) => server.once('listening', listening));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  close = () => new Promise((closed) => server.close(closed));
  await closings.begin({ closingId: 'october', asOf: CLOSED }, 'accounting');
});
afterAll(async () => {
  await close();
  await gateway.stop();
  await machine.stop();
});

/** A product with stock from before the closing. */
async function stocked(): Promise<string> {
  const product = `product-${(products += 1)}`;
  const body = received(10, { eventId: 'r1', effectiveAt: BEFORE });
  await machine.log.append(command(product, body, { onLate: 'reopen' }));
  return product;
}

/** What became of an event that a way in sent: why it was refused, or the event. */
type End = string | { readonly effectiveAt: string; readonly carriedFrom?: string };
/** Sends an event `late` for LATE. */
type Way = (product: string, onLate: LatePolicy) => Promise<string | undefined>;

const late = { eventId: 'late', effectiveAt: LATE };

const posted =
  (path: (product: string) => string, body: (product: string) => object, type = 'application/json'): Way =>
  async (product, onLate) => {
    const query = onLate === 'reject' ? '' : `?onLate=${onLate}`;
    const asked = request(gateway.app).post(path(product) + query);
    const answer = await asked.set('Content-Type', type).send(JSON.stringify(body(product)));
    return answer.status === 201 ? undefined : `${answer.status} ${answer.body.type}`;
  };
const ofProduct = (product: string) => `/products/${product}/events`;
const envelope = (product: string) => ({
  ...{ version: '0', id: 'late', 'detail-type': 'ProductEvent', source: 'shop', time: LATE },
  detail: { ProductEvent: { ...shipped(1, late), productId: product, eventCategory: 'inventory' } },
});
const executed =
  (input: (product: string, onLate: LatePolicy) => unknown): Way =>
  async (product, onLate) =>
    (await machine.run(input(product, onLate))).error;
const imported =
  (client: (onLate: LatePolicy) => Client): Way =>
  async (product, onLate) => {
    const event = { ...shipped('1', late), productId: product } as unknown as ImportEvent;
    const answer = await client(onLate).append(product, [event], 'reject');
    return answer.stored ? undefined : answer.problem;
  };
const overHttp = (onLate: LatePolicy) =>
  createClient({ url, exchange: createExchange(undefined), signal: new AbortController().signal, onLate });
const direct = (onLate: LatePolicy) => createDirectClient({ store: machine.store, tableName: 'it' }, onLate);

const REFUSED = '409 /problems/period-closed';
const ways: Readonly<Record<string, { readonly way: Way; readonly refused: string }>> = {
  'an event': { way: posted(ofProduct, () => shipped(1, late)), refused: REFUSED },
  'a batch, of which one is late': {
    way: posted(ofProduct, () => [received(1), shipped(1, late)]),
    refused: REFUSED,
  },
  'an act': {
    way: posted(
      () => '/events',
      (productId) => [received(1, { productId: `${productId}-other` }), shipped(1, { productId, ...late })],
    ),
    refused: REFUSED,
  },
  'a transfer': {
    way: posted(
      () => '/events',
      (product) => transfer(product, `${product}-other`, 1, late),
    ),
    refused: REFUSED,
  },
  'a CloudEvent': {
    way: posted(
      ofProduct,
      () => ({
        ...{ specversion: '1.0', id: 'late', source: 'till', type: 'productShipped', time: LATE },
        data: { quantity: 1, eventId: 'late' },
      }),
      'application/cloudevents+json',
    ),
    refused: REFUSED,
  },
  'an envelope': { way: posted(ofProduct, envelope), refused: REFUSED },
  'the state machine': {
    way: executed((productId, onLate) => ({ productId, body: shipped(1, late), onLate })),
    refused: 'PeriodClosed',
  },
  'an import over HTTP': { way: imported(overHttp), refused: 'period-closed' },
  'an import into the table': { way: imported(direct), refused: 'PeriodClosed' },
};

async function endOf({ way }: { readonly way: Way }, product: string, onLate: LatePolicy): Promise<End> {
  const why = await way(product, onLate);
  const events = await wholeLog(machine.log, product);
  const event = events.find(({ eventId }) => eventId.endsWith('late'));
  if (why !== undefined) {
    // All or nothing.
    expect(events).toHaveLength(1);
    return why;
  }
  const { effectiveAt = '', carriedFrom } = event ?? {};
  return { effectiveAt, ...(carriedFrom !== undefined && { carriedFrom }) };
}

describe.each(Object.entries(ways))('%s in a closed period', (_, way) => {
  test('is refused', async () => expect(await endOf(way, await stocked(), 'reject')).toBe(way.refused));

  test('is carried to the first open instant', async () =>
    expect(await endOf(way, await stocked(), 'carry')).toEqual({
      effectiveAt: FIRST_OPEN,
      carriedFrom: LATE,
    }));

  test('is recorded where it belongs by those who may', async () =>
    expect(await endOf(way, await stocked(), 'reopen')).toEqual({ effectiveAt: LATE }));
});

test('an event of the bus is refused: it can not ask for anything else', async () => {
  const product = await stocked();
  for (const more of [{}, { onLate: 'reopen' }, { onLate: 'carry' }]) {
    const ended = await machine.run({ ...envelope(product), ...more });
    expect(ended).toMatchObject({ status: 'FAILED', error: 'PeriodClosed' });
  }
  expect(await machine.log.headVersion(product)).toBe(1);
});

test('a correction of what happened in the period is refused on every way of the API', async () => {
  const product = await stocked();
  const body = retracted('r1', { eventId: 'late' });
  for (const query of ['', '?onLate=carry'])
    expect(
      (
        await request(gateway.app)
          .post(ofProduct(product) + query)
          .send(body)
      ).body.type,
    ).toBe('/problems/period-closed');
  expect((await machine.run({ productId: product, body })).error).toBe('PeriodClosed');
  const dry = await request(gateway.app)
    .post(`${ofProduct(product)}?dryRun=true`)
    .send(body);
  expect(dry.body.type).toBe('/problems/period-closed');
  expect(await machine.log.headVersion(product)).toBe(1);
});

test('a restore of a log into one with a closed period is refused, and records nothing', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'hindsight-ways-')), 'events.ndjson');
  const event = { productId: 'restored', ...received('1'), eventId: 'x', version: 1, recordedBy: 'till' };
  writeFileSync(file, `${JSON.stringify({ ...event, effectiveAt: LATE, recordedAt: iso(began) })}\n`);
  const { signal } = new AbortController();
  await expect(restore(file, { store: machine.store, signal })).rejects.toThrow(
    'closing october has closed periods of this log',
  );
  expect(await machine.log.headVersion('restored')).toBe(0);
});

describe.each([
  ['over HTTP', overHttp],
  ['into the table', direct],
])('a file that is imported %s', (_, clientOf) => {
  async function importing(product: string, onLate: LatePolicy) {
    const file = join(mkdtempSync(join(tmpdir(), 'hindsight-ways-')), 'receipts.csv');
    writeFileSync(file, `productId,eventType,quantity,effectiveAt\n${product},productReceived,2,${LATE}\n`);
    const said: string[] = [];
    const how = { onConflict: 'reject', concurrency: 1, batch: 25, limit: Infinity } as const;
    const { signal } = new AbortController();
    const options = { file, client: clientOf(onLate), target: 'it', ...how };
    const code = await importFile(options, { signal, say: (text) => void said.push(text) });
    return { code, text: said.join('\n') };
  }

  test('has its lines refused, carried or recorded', async () => {
    const product = await stocked();
    const refused = await importing(product, 'reject');
    expect(refused).toMatchObject({ code: 1, text: expect.stringMatching(/closing october/) as string });
    const carried = await importing(product, 'carry');
    expect(carried).toMatchObject({ code: 0, text: expect.stringMatching(/mismatches +0/) as string });
    // The same file again changes nothing, whatever is asked for.
    expect((await importing(product, 'reject')).text).toMatch(/recorded +0\n/);
    expect(await wholeLog(machine.log, product)).toMatchObject([
      { effectiveAt: BEFORE },
      { effectiveAt: FIRST_OPEN, carriedFrom: LATE },
    ]);
  });
});

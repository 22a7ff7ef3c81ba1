import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { runHindsight, type Ended } from '../support/hindsight';
import { ownServer } from '../support/own-server';

jest.setTimeout(120_000);

const server = ownServer();

/** Runs the built command line against this server. */
const hindsight = (args: readonly string[]): Promise<Ended> =>
  runHindsight(args, { HINDSIGHT_URL: server.url });

test.each(['.', '..'])('will not ask for product %s, as fetch would ask for something else', async (id) => {
  for (const args of [
    ['append', id, goods(1)],
    ['state', id],
    ['tail', id],
  ]) {
    const { code, complaints } = await hindsight(args);
    expect(complaints).toMatch(/^hindsight: the product "\.{1,2}" cannot be asked for by this client/);
    expect(code).toBe(2);
  }
});

const goods = (quantity: number, more: object = {}): string =>
  JSON.stringify({ eventType: 'productReceived', quantity, unitPrice: '$4', ...more });

test('appends, answers about any moment, and tails what happened', async () => {
  const first = await hindsight([
    'append',
    'lamp',
    goods(150, { eventId: 'r1', effectiveAt: '2026-11-16T08:00:00Z' }),
  ]);
  expect(first).toMatchObject({ code: 0, complaints: '' });
  expect(first.out).toMatch(/lamp, version 1: stored: productReceived r1\n.*quantity +150\n/s);
  const dry = await hindsight(['dry-run', 'lamp', goods(5)]);
  expect(dry.out).toMatch(/would store.*quantity +155/s);
  const late = await hindsight([
    'append',
    'lamp',
    goods(7, { eventId: 'r0', effectiveAt: '2026-11-15T08:00:00Z' }),
  ]);
  expect(late.out).toMatch(/changed the past from 2026-11-15T08:00:00.000Z on/);
  const state = await hindsight([
    'state',
    'lamp',
    '--as-of',
    '2026-11-17T00:00:00Z',
    '--version',
    '1',
    '--json',
  ]);
  expect(JSON.parse(state.out)).toMatchObject({ version: 1, state: { quantity: '150' } });
  const events = await hindsight(['events', 'lamp', '--order', 'effective']);
  expect(events.out.split('\n').slice(1, 3)).toEqual([
    expect.stringMatching(/^2 .* r0 /),
    expect.stringMatching(/^1 .* r1 /),
  ]);
  const timeline = await hindsight(['timeline', 'lamp']);
  expect(timeline.out).toMatch(/r0 +7 .*\n.*r1 +157 /);
  const tail = await hindsight(['tail', 'lamp', '--after', '0', '--count', '3']);
  expect(tail).toMatchObject({ code: 0, complaints: '' });
  expect(tail.out).toMatch(/^1 .* r1 .*\n2 .* r0 .*\n {2}r0 changed the past/);
});

test.each<[string, string[], number, RegExp]>([
  ['a product that is not there', ['state', 'nobody'], 1, /Product not found/],
  ['a shortage', ['append', 'poor', '{"eventType":"productShipped","quantity":1}'], 1, /Insufficient stock/],
  ['an invalid event', ['append', 'poor', '{"eventType":"productShipped"}'], 1, /quantity/],
  ['what is not JSON', ['append', 'poor', '{'], 2, /is not JSON/],
  ['no event', ['append', 'poor'], 2, /give the event as JSON/],
  ['an unknown option', ['state', 'lamp', '--asof', 'x'], 2, /unknown option/],
  ['an unknown command', ['stat', 'lamp'], 2, /unknown command/],
  ['no address', ['state', 'lamp', '--url', 'lamp'], 2, /must be an http or https address/],
  ['no server', ['state', 'lamp', '--url', 'http://127.0.0.1:9'], 3, /no answer from/],
  ['an endpoint alone', ['verify', '--endpoint', 'http://127.0.0.1:9'], 2, /name the table too/],
])('%s: says so, and ends with its code', async (_, args, code, complaint) => {
  const ended = await hindsight(args);
  expect(ended.code).toBe(code);
  expect(ended.complaints).toMatch(complaint);
  expect(ended.complaints).not.toMatch(/\n\s+at .*:\d+:\d+/);
});

/** Runs an append against a service that responds with this to everything. */
async function appendTo(status: number, body: object): Promise<Ended> {
  const service = createServer((request, response) => {
    const headers = { 'content-type': status < 400 ? 'application/json' : 'application/problem+json' };
    request.resume().on('end', () => response.writeHead(status, headers).end(JSON.stringify(body)));
  });
  await new Promise<void>((listening) => service.listen(0, '127.0.0.1', listening));
  const url = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
  const ended = await hindsight(['append', 'shelf', goods(1), '--url', url]);
  service.close();
  return ended;
}

test('the variance of a count that changed, and notices, are shown', async () => {
  const [from, state] = ['2021-09-30T18:00:00.000Z', { quantity: '65', status: 'available' }];
  const changes = [{ field: 'variance', eventId: 'c', before: '-5', after: '-15', from, to: null }];
  const { out } = await appendTo(201, {
    ...{ productId: 'shelf', version: 4, events: [{ eventId: 'late', eventType: 'productReceived' }], state },
    notices: [{ code: 'attribute-kept', detail: 'the product already has another unit price' }],
    adjustment: { effectiveFrom: from, changes, changesTotal: 1, conflicts: [], conflictsTotal: 0 },
  });
  expect(out).toMatch(/^note: the product already has another unit price\n/m);
  expect(out).toMatch(/^variance of c +-5 +-15 /m);
});

test('a refused shipment says what would make it fit', async () => {
  const remedies = {
    fits: '65',
    possibleFrom: '2021-10-05T08:00:00.000Z',
    needs: { quantity: '5', by: '2021-10-02T08:00:00.000Z' },
  };
  const problem = {
    type: '/problems/insufficient-stock',
    title: 'Insufficient stock',
    detail: 'short by 5',
    remedies,
  };
  const { code, complaints } = await appendTo(409, problem);
  expect(code).toBe(1);
  expect(complaints.split('\n')).toEqual([
    'hindsight: Insufficient stock: short by 5',
    '  at most 65 fits at that moment',
    '  all of it fits from 2021-10-05T08:00:00.000Z on',
    '  it would fit with 5 more received by 2021-10-02T08:00:00.000Z',
    '',
  ]);
});

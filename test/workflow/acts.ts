import { cloudEventId } from '@hindsight/workflow';
import { command, received, retracted, shipped, transfer } from '../support/commands';
import { appending, CORRECTED, fresh, LONG_AGO, STORED, STORED_TOGETHER } from './appends';
import type { Machine } from './machine';

const BATCH = ['ValidateEvent', 'EventRouter', 'ProcessBatch'];
const LOST = [
  'Decision',
  'StoreEvents',
  'WhyCancelled',
  'LostRace',
  'IsTryLeft',
  'EventRouter',
  'ProcessBatch',
];

/** `act: true` in the input of an execution: events of several products, each of which names its own. */
export function describeActs(machine: () => Machine): void {
  const { run, stateOf } = appending(machine);
  const runAct = (body: unknown, options: object = {}) => machine().run({ act: true, body, ...options });
  const quantityOf = async (product: string) => ((await stateOf(product)) as { quantity?: string }).quantity;

  /** Two products, of which the first has 10. */
  async function two(): Promise<[from: string, to: string]> {
    const [from, to] = [fresh(), fresh()];
    await run(from, received(10));
    return [from, to];
  }

  test('is stored by one write, at one moment, and answered for each product', async () => {
    const [from, to] = await two();
    const { status, result, path } = await runAct(transfer(from, to, 4, { eventId: 't' }));
    expect([status, path]).toEqual(['SUCCEEDED', [...BATCH, ...STORED_TOGETHER]]);
    expect(result).toMatchObject({
      results: [
        { productId: from, version: 2, state: { quantity: '6' }, events: [{ eventId: 't', version: 2 }] },
        { productId: to, version: 1, state: { quantity: '4' }, events: [{ eventId: 't', version: 1 }] },
      ],
      ...{ deduplicated: false, dryRun: false, attempts: 1 },
    });
    const { results } = result as unknown as { results: { events: { recordedAt: string }[] }[] };
    const moments = results.flatMap(({ events }) => events.map(({ recordedAt }) => recordedAt));
    expect(new Set(moments).size).toBe(1);
    expect([await quantityOf(from), await quantityOf(to)]).toEqual(['6', '4']);
  });

  test('of one event goes through the state of its type', async () => {
    const product = fresh();
    const { result, path } = await runAct(received(1, { productId: product }));
    expect(path).toEqual(['ValidateEvent', 'EventRouter', 'ProcessProductReceived', ...STORED]);
    expect(result).toMatchObject({ results: [{ productId: product, version: 1 }] });
  });

  test('is refused whole when one product breaks a rule, and the failure names it', async () => {
    const [from, to] = await two();
    const ended = await runAct([
      received(1, { productId: to }),
      shipped(11, { productId: from }),
      received(11, { productId: to }),
    ]);
    expect(ended).toMatchObject({ status: 'SUCCEEDED', error: 'RuleBroken' });
    expect(ended.cause).toMatchObject({ productId: from, remedies: { fits: '10' } });
    expect(ended.cause?.detail).toMatch(`product ${from}: stock would be short by 1`);
    expect(await machine().log.headVersion(to)).toBe(0);
  });

  test('is processed again in all of its products when one of them loses a race', async () => {
    const [from, to] = await two();
    let raced = false;
    machine().afterProcessing(async () => {
      if (raced) return;
      raced = true;
      await machine().log.append(command(to, received(1)));
    });
    const { result, path } = await runAct(transfer(from, to, 4));
    expect(path).toEqual([...BATCH, ...LOST, ...STORED_TOGETHER]);
    expect(result).toMatchObject({ results: [{ version: 2 }, { version: 2, state: { quantity: '5' } }] });
    expect([await quantityOf(from), await quantityOf(to)]).toEqual(['6', '5']);
  });

  test('keeps the places of its events after a lost race, also if it has one of them twice', async () => {
    const [from, to] = await two();
    const price = (amount: number) => ({ unitPrice: `$${amount}` });
    await run(to, received(1, price(1)));
    let raced = false;
    machine().afterProcessing(async () => {
      if (raced) return;
      raced = true;
      await machine().log.append(command(from, received(1)));
    });
    const twice = received(1, { productId: to, eventId: 'twice' });
    const last = received(1, { productId: to, ...price(2) });
    const { result } = await runAct([twice, shipped(1, { productId: from }), twice, last]);
    expect(result).toMatchObject({
      results: [
        { productId: to, notices: [{ path: '[3].unitPrice' }] },
        { productId: from, version: 3 },
      ],
    });
  });

  test('that is sent again ends with the first result, and event by event if a part was there', async () => {
    const [from, to] = await two();
    const events = transfer(from, to, 4, { eventId: 't' });
    const first = await runAct(events);
    await run(from, shipped(6));
    const second = await runAct(events);
    expect(second.result).toMatchObject({ deduplicated: true });
    expect(second.result).toMatchObject({
      results: (first.result as object as { results: object[] }).results.map((result) => ({
        ...result,
        deduplicated: true,
      })),
    });
    // The shipment is there already, and nothing is left to ship.
    const third = fresh();
    const { result } = await runAct([events[0], received(4, { productId: third, eventId: 't' })]);
    expect(result).toMatchObject({
      deduplicated: false,
      results: [
        { productId: from, version: 2, deduplicated: true },
        { productId: third, version: 1, deduplicated: false },
      ],
    });
  });

  test('of which an id is taken by another event stores nothing', async () => {
    const [from, to] = await two();
    await run(to, received(1, { eventId: 't' }));
    const { error, cause } = await runAct(transfer(from, to, 4, { eventId: 't' }));
    expect([error, cause?.['productId'], cause?.['eventId']]).toEqual(['EventIdReused', to, 't']);
    expect(await quantityOf(from)).toBe('10');
  });

  test('names its events by the key, and is another act with other products', async () => {
    const [from, to] = await two();
    const named = { idempotencyKey: fresh() };
    const first = await runAct(transfer(from, to, 4), named);
    // For each product by itself: an id is unique within a product.
    const events = [{ eventId: named.idempotencyKey }];
    expect(first.result).toMatchObject({ results: [{ events }, { events }] });
    expect((await runAct(transfer(from, to, 4), named)).result).toMatchObject({ deduplicated: true });
    expect((await runAct(transfer(from, fresh(), 4), named)).error).toBe('EventIdReused');
  });

  test('that is late in two products repairs both', async () => {
    const [from, to] = await two();
    await run(to, received(1));
    const { path } = await runAct([
      received(4, { productId: from, effectiveAt: LONG_AGO }),
      received(4, { productId: to, effectiveAt: LONG_AGO }),
    ]);
    expect(path).toEqual([...BATCH, ...CORRECTED]);
    await machine().drain();
    expect(machine().failedInBackground).toEqual([]);
    for (const product of [from, to])
      expect(await machine().log.repair(product)).toMatchObject({ done: true, summariesWritten: 0 });
  });

  test('is not taken from a caller who may not record late events, whichever product is late', async () => {
    const [from, to] = await two();
    const body = [shipped(1, { productId: from }), received(1, { productId: to, effectiveAt: LONG_AGO })];
    const { error, cause } = await runAct(body, { allowLate: false });
    expect([error, cause?.['productId']]).toEqual(['LateNotAllowed', to]);
    expect(await quantityOf(from)).toBe('10');
  });

  test('is answered by a dry run as it would be, and not stored', async () => {
    const [from, to] = await two();
    const { result } = await runAct(transfer(from, to, 4), { dryRun: true });
    expect(result).toMatchObject({ dryRun: true, results: [{ version: 2 }, { version: 1 }] });
    expect(await quantityOf(from)).toBe('10');
    expect((await runAct(transfer(from, to, 11), { dryRun: true })).error).toBe('RuleBroken');
  });

  test('says where a target is missing: the event of the request, and its product', async () => {
    const [from, to] = await two();
    const body = [shipped(1, { productId: from }), retracted('no', { productId: to })];
    const { error, cause } = await runAct(body);
    expect([error, cause]).toEqual(['TargetNotFound', expect.objectContaining({ productId: to, index: 1 })]);
  });

  test('takes its products from CloudEvents and from envelopes', async () => {
    const [from, to] = await two();
    const cloud = { specversion: '1.0', id: '1', source: '/till', type: 'productShipped', subject: from };
    const envelope = { id: 'e', detail: { ProductEvent: received(2, { productId: to }) } };
    const { result } = await runAct([{ ...cloud, data: { quantity: 2 } }, envelope]);
    expect(result).toMatchObject({
      results: [{ events: [{ eventId: cloudEventId('/till', '1') }] }, { events: [{ eventId: 'e' }] }],
    });
  });

  test.each([
    [{ productId: 'lamp' }, 'productId'],
    [{ expectedVersion: 3 }, 'expectedVersion'],
  ])('has no product and no version of its own: %j', async (more, path) => {
    const ended = await runAct([received(1, { productId: fresh() })], more);
    expect(ended.error).toBe('InvalidEvent');
    expect(ended.cause?.['errors']).toMatchObject([{ path }]);
  });
}

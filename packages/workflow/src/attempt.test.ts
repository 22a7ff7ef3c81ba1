import { Buffer } from 'node:buffer';
import type { AppendCommand, AppendResult, ProductLog, Plan } from './product-log';
import { processEvents, type ProcessInput } from './attempt';

const NOW = '2026-03-01T12:00:00.000Z';

const command: AppendCommand = {
  productId: 'p',
  recordedBy: 'tester',
  onConflict: 'reject',
  dryRun: false,
  events: [
    { eventId: 'e', eventType: 'productReceived', eventCategory: 'inventory', productId: 'p' } as never,
  ],
};

/** The result of an append whose payload has about this many bytes. */
const resultOf = (bytes: number, change: Partial<AppendResult> = {}): AppendResult => ({
  productId: 'p',
  version: 1,
  events: [{ eventId: 'e', recordedAt: NOW, metadata: { a: 'x'.repeat(bytes) } } as never],
  state: null,
  deduplicated: false,
  dryRun: false,
  ...change,
});

const stored = (bytes: number): Plan => ({
  outcome: 'store',
  items: [{ productId: 'p', sk: 'v#1' }],
  repair: false,
  result: resultOf(bytes),
});

/** A log that always plans the same. */
function logWith(plan: Plan) {
  const asked: [boolean, number | undefined][] = [];
  return {
    asked,
    plan: (given: AppendCommand, attempt?: number) => {
      asked.push([given.dryRun, attempt]);
      return Promise.resolve(plan);
    },
  };
}

const processing = (log: Partial<ProductLog>, given: ProcessInput) =>
  processEvents(log as ProductLog, given, {
    tableName: 'table',
    now: new Date(NOW),
    settleMs: 30_000,
  });

const input = (change: Partial<AppendCommand> = {}): ProcessInput => ({
  route: 'batch',
  attempt: 0,
  command: { ...command, ...change },
});

describe('an append that is too large', () => {
  test('is refused, in the dry run as well', async () => {
    for (const dryRun of [false, true]) {
      const { plan } = await processing(logWith(stored(262_144)), input({ dryRun }));
      expect(plan).toMatchObject({ outcome: 'refused', failure: { error: 'TooLarge' } });
    }
  });

  test('is measured with the largest possible trace and fault', async () => {
    const trace = { requestId: 'r'.repeat(128), execution: 'e'.repeat(128), traceparent: 't'.repeat(128) };
    const outcomeOf = async (bytes: number, more: object) =>
      (await processing(logWith(stored(bytes)), { ...input(), ...more })).plan.outcome;
    let bytes = 262_144;
    while ((await outcomeOf(bytes, {})) === 'refused') bytes -= 1;
    expect(await outcomeOf(bytes, { trace, throttles: 4 })).toBe('store');
    expect(await outcomeOf(bytes + 1, { trace, throttles: 4 })).toBe('refused');
    const whole = await processing(logWith(stored(bytes)), { ...input(), trace });
    const reasons = Array<string>(75).fill('ItemCollectionSizeLimitExceeded').join(', ');
    expect(Buffer.byteLength(JSON.stringify({ ...whole, fault: { Cause: reasons } }))).toBeLessThan(262_144);
  });
});

test('a dry run plans the append itself, and writes nothing', async () => {
  const log = logWith(stored(10));
  const { plan, retry } = await processing(log, input({ dryRun: true }));
  expect(log.asked).toEqual([[false, 0]]);
  expect(plan).toEqual({ outcome: 'done', result: { ...resultOf(10), dryRun: true, attempts: 1 } });
  expect(retry).toBeUndefined();
});

test('the next attempt knows which events came without an effective time', async () => {
  const times = { effectiveAt: '2026-01-01T00:00:00.000Z', recordedAt: NOW };
  const events = ['a', 'b'].map((eventId) => ({ eventId, ...times }) as never);
  const sent = [{ eventId: 'a', effectiveAt: '2026-01-01T00:00:00.000Z' }, { eventId: 'b' }] as never;
  const plan = { ...stored(0), result: resultOf(0, { events }) } as Plan & { outcome: 'store' };
  const { retry } = await processing(logWith(plan), input({ events: sent }));
  expect(retry).toMatchObject({ defaulted: [[1]] });
  const asked: AppendCommand[] = [];
  const log = { plan: (given: AppendCommand) => (asked.push(given), Promise.resolve(plan)) };
  await processing(log, { route: 'batch', attempt: 1, retry: retry!, planned: plan.result });
  expect(asked[0]?.events).toEqual(sent);
});

test('after a throttled write, which may have been stored before, the log looks for all ids', async () => {
  const log = logWith(stored(10));
  await processing(log, { ...input(), attempt: 0, throttles: 1 });
  expect(log.asked).toEqual([[false, 1]]);
});

test('one item is a put, and several are a transaction', async () => {
  const planOf = async (...sks: string[]) => {
    const items = sks.map((sk) => ({ productId: 'p', sk }));
    return (await processing(logWith({ ...stored(1), items } as Plan), input())).plan;
  };
  const putOf = (sk: string) => ({
    TableName: 'table',
    Item: { productId: { S: 'p' }, sk: { S: sk } },
    ConditionExpression: 'attribute_not_exists(sk)',
  });
  expect(await planOf('v#1')).toMatchObject({ put: putOf('v#1') });
  const several = await planOf('v#1', 'm#1');
  expect(several).toMatchObject({ transactItems: [{ Put: putOf('v#1') }, { Put: putOf('m#1') }] });
  expect(several).not.toHaveProperty('put');
});

test('a plan may be stored from a second before it was made until a third of the settling time after its recording', async () => {
  const late = {
    ...stored(10),
    result: resultOf(10, { events: [{ recordedAt: '2026-03-01T11:59:58.000Z' } as never] }),
  };
  const { plan } = await processing(logWith(late), input());
  expect(plan).toMatchObject({
    storeFrom: '2026-03-01T11:59:59.000Z',
    storeBy: '2026-03-01T12:00:08.000Z',
  });
});

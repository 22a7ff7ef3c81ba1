import fc from 'fast-check';
import { startMachine, type Machine } from './machine';

/** The service's limit on the input and output of a state, a task or an execution: bytes of JSON in UTF-8. */
const PAYLOAD_LIMIT = 262_144;
/** The same for the cause of a failure, in characters. */
const CAUSE_LIMIT = 32_768;
/** What the gateway takes. */
const BODY_LIMIT = 64 * 1024;
const METADATA_LIMIT = 2048;

const LONG_PRODUCT = 'p'.repeat(128);
const bytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

/** The greatest metadata of entries of one kind, with the shortest names. */
function metadata(value: string): Record<string, string> {
  const entry = bytes({ aa: value }) - 1;
  const names = Array.from({ length: Math.floor((METADATA_LIMIT - 1) / entry) }, (_, n) =>
    (n + 36).toString(36),
  );
  return Object.fromEntries(names.map((name) => [name, value]));
}

// A short name and an empty text nearly double in size in DynamoDB's JSON.
const SHORT = metadata('');
const SHORT_BEYOND_ASCII = metadata('ü');
const LONG = { a: 'x'.repeat(2000) };

/** 25 events of a body as great as the gateway takes: what is left to it is filled with reasons. */
function greatest(event: (n: number) => object): object[] {
  const events = Array.from({ length: 25 }, (_, n): Record<string, unknown> => ({ ...event(n) }));
  let left = BODY_LIMIT - bytes(events);
  for (const each of events) {
    const length = Math.min(1000, left - bytes({ reason: '' }) + 1);
    if (length < 1) break;
    each['reason'] = 'r'.repeat(length);
    left -= bytes({ reason: each['reason'] }) - 1;
  }
  return events;
}

let machine: Machine;

/** 125 late-to-be-disturbed events of the product, under the longest ids that escape to twice their length. */
async function fillHistory(): Promise<void> {
  const time = (n: number) => new Date(Date.UTC(2026, 5, 1) + n * 1000).toISOString();
  for (let first = 0; first < 125; first += 25) {
    const body = Array.from({ length: 25 }, (_, n) => ({
      eventId: String(first + n).padEnd(128, '"'),
      effectiveAt: time(first + n),
      ...(first + n === 0
        ? {
            eventType: 'productReceived',
            quantity: 124,
            unitPrice: 1,
            color: '"'.repeat(128),
            size: '"'.repeat(128),
          }
        : { eventType: 'productShipped', quantity: 1 }),
    }));
    await machine.run({ productId: LONG_PRODUCT, body });
  }
}

beforeAll(async () => {
  machine = await startMachine();
  await fillHistory();
});
afterAll(() => machine.stop());

const shipment = { eventType: 'productShipped', quantity: 1 };
const LATE = { effectiveAt: '2026-06-01T00:00:00.500Z' };

describe('a refusal with more than 100 conflicts', () => {
  test.each<[string, object]>([
    ['of a shipment', { ...shipment, ...LATE, quantity: 1000 }],
    [
      'of a correction that changes every field',
      {
        eventType: 'eventCorrected',
        targetEventId: '0'.padEnd(128, '"'),
        replacement: { eventType: 'productReceived', quantity: 1, color: 'red', size: 'L', unitPrice: 2 },
      },
    ],
  ])('%s keeps its cause within the service’s limit, and the totals', async (_, event) => {
    const { error, cause } = await machine.run({ productId: LONG_PRODUCT, body: event });
    expect(error).toBe('RuleBroken');
    expect(JSON.stringify(cause).length).toBeLessThan(CAUSE_LIMIT);
    const { conflicts, conflictsTotal } = cause?.['adjustment'] as {
      conflicts: object[];
      conflictsTotal: number;
    };
    expect(conflictsTotal).toBeGreaterThan(100);
    expect(conflicts[0]).toHaveProperty('first', true);
    expect(conflicts.filter((conflict) => 'deepest' in conflict)).toHaveLength(1);
  });
});

// After the refusals, for these are stored.
describe('the greatest body that is accepted stays below the payload limit at every state', () => {
  const corrected = (n: number) => ({
    eventType: 'eventCorrected',
    targetEventId: String(n).padEnd(128, '"'),
    replacement: { eventType: 'productReceived', quantity: 1 },
    metadata: SHORT,
  });
  const anew = (name: string) => name.padEnd(128, '-');

  test.each<[string, string, (n: number) => object]>([
    ['in order, with long texts', anew('a'), () => ({ ...shipment, metadata: LONG })],
    ['in order, beyond ASCII', anew('b'), () => ({ ...shipment, metadata: { a: '字'.repeat(660) } })],
    ['in order, with texts to escape', anew('c'), () => ({ ...shipment, metadata: { a: '"'.repeat(1000) } })],
    ['in order, with many short texts', anew('d'), () => ({ ...shipment, metadata: SHORT })],
    [
      'in order, with many short ones beyond ASCII',
      anew('e'),
      () => ({ ...shipment, metadata: SHORT_BEYOND_ASCII }),
    ],
    ['late, with 100 conflicts', LONG_PRODUCT, () => ({ ...shipment, ...LATE, metadata: LONG })],
    [
      'late, with 100 conflicts and many short texts',
      LONG_PRODUCT,
      () => ({ ...shipment, ...LATE, metadata: SHORT }),
    ],
    ['corrections, with many short texts', LONG_PRODUCT, corrected],
  ])('%s', async (_, productId, event) => {
    const body = greatest(event);
    expect(bytes(body)).toBeLessThanOrEqual(BODY_LIMIT);
    const { status, error, largest } = await machine.run({ productId, body, onConflict: 'flag' });
    expect([status, error]).toEqual(['SUCCEEDED', undefined]);
    expect(largest.bytes).toBeLessThan(PAYLOAD_LIMIT);
  });
});

describe('around the payload limit', () => {
  const smiley = '😀';
  let products = 0;

  /** A product whose every stored state is as long as it may be: `flag` keeps a shortage with the longest event id. */
  async function longProduct(name: string): Promise<string> {
    const productId = `${name}${String((products += 1)).padStart(5, '0')}`;
    const append = (event: object) => machine.run({ productId, body: event, onConflict: 'flag' });
    await append({
      eventId: smiley.repeat(128),
      eventType: 'productReceived',
      quantity: 1,
      color: smiley.repeat(128),
      size: smiley.repeat(128),
      unitPrice: '$999999999999.999999',
    });
    await append({
      eventId: `${smiley.repeat(127)}n`,
      eventType: 'productShipped',
      quantity: '999999999999.999999',
    });
    return productId;
  }

  /** A batch with the longest ids, some bytes longer or shorter. */
  const batch = (bytesOfReasons: number, metadata = SHORT): object[] =>
    Array.from({ length: 25 }, (_, n) => {
      const length = Math.min(1000, Math.max(0, bytesOfReasons - n * 1000));
      return {
        eventId: `${smiley.repeat(125)}${String(n).padStart(3, '0')}`,
        ...shipment,
        metadata,
        ...(length > 0 && { reason: 'r'.repeat(length) }),
      };
    });

  /** The dry run and the append of one batch, each on the same log. */
  async function verdicts(bytesOfReasons: number) {
    const productId = await longProduct('l'.repeat(123));
    const body = batch(bytesOfReasons, SHORT);
    const run = (dryRun: boolean) => machine.run({ productId, body, onConflict: 'flag', dryRun });
    return { productId, dry: await run(true), append: () => run(false) };
  }

  /** The shortest reasons with which a batch does not fit any more; every size below them fits. */
  async function firstTooLarge(): Promise<number> {
    let [fits, tooLarge] = [0, 25_001];
    while (tooLarge - fits > 1) {
      const middle = Math.floor((fits + tooLarge) / 2);
      const { dry } = await verdicts(middle);
      if (dry.error === undefined) fits = middle;
      else tooLarge = middle;
    }
    return tooLarge;
  }

  test('the greatest body for a product whose id is short is stored', async () => {
    const body = batch(0);
    expect(bytes(body)).toBeGreaterThan(BODY_LIMIT - 500);
    const { status, error, largest } = await machine.run({
      productId: await longProduct('p'),
      body,
      onConflict: 'flag',
    });
    expect([status, error]).toEqual(['SUCCEEDED', undefined]);
    expect(largest.bytes).toBeLessThanOrEqual(PAYLOAD_LIMIT);
  });

  /** More than the bytes of a request for a repair. */
  const REPAIR_REQUEST = 500;

  test('a dry run and its append end alike, and never by the service’s limit', async () => {
    const limit = await firstTooLarge();
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.integer({ min: limit - 3, max: limit + 3 }), fc.integer({ min: 0, max: 25_000 })),
        async (bytesOfReasons) => {
          const { productId, dry, append } = await verdicts(bytesOfReasons);
          const real = await append();
          // Some products ask for a repair, by a hash of their id: their plans are larger by that id.
          const isNear = Math.abs(bytesOfReasons - limit) < REPAIR_REQUEST;
          const fits = isNear ? dry.error === undefined : bytesOfReasons < limit;
          const expected = ['SUCCEEDED', fits ? undefined : 'TooLarge'];
          expect([dry.status, dry.error]).toEqual(expected);
          expect([real.status, real.error, real.cause]).toEqual([...expected, dry.cause]);
          expect(await machine.log.headVersion(productId)).toBe(fits ? 27 : 2);
          expect(real.largest.bytes).toBeLessThanOrEqual(PAYLOAD_LIMIT);
        },
      ),
      { numRuns: 15 },
    );
  }, 120_000);
});

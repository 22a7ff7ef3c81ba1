import { costOf, workOf } from '../../../docs/tools/costs';
import { readPrices, type Measured, type Prices } from '../../../docs/tools/facts';

/** Round numbers, so that the sums can be worked out by hand. */
const prices: Prices = {
  region: 'nowhere',
  asOf: '2026-01-01',
  prices: {
    lambdaRequest: { usd: 1, per: 1_000_000 },
    lambdaArmGbSecond: { usd: 0.00001, per: 1 },
    expressRequest: { usd: 2, per: 1_000_000 },
    expressGbSecond: { usd: 0.00002, per: 1 },
    standardTransition: { usd: 10, per: 1_000_000 },
    dynamodbWriteUnit: { usd: 1, per: 1_000_000 },
    dynamodbReadUnit: { usd: 0.5, per: 1_000_000 },
    dynamodbStorage: { usd: 1, per: 1 },
  },
};
const measured: Measured = {
  hindsight: {
    readUnits: 2,
    readUnitsWithoutId: 1,
    writeUnits: 8,
    batchOf25WriteUnits: 150,
    states: 7,
    storedBytes: 2000,
  },
  sample: { writeUnits: 1, states: 3, storedBytes: 400 },
};

test('a million events: units, functions and the machine, each at its price', () => {
  const work = {
    events: 1,
    writeUnits: 8,
    readUnits: 2,
    functions: [
      { mib: 1024, ms: 50 },
      { mib: 512, ms: 100 },
    ],
    states: 7,
  };
  // 0.05 + 0.05 GB-seconds an event: 100,000 of them for a million. EXPRESS bills 64 MiB for 200 ms.
  expect(costOf({ ...work, machine: 'EXPRESS' }, prices)).toEqual({
    writes: 8,
    reads: 1,
    functions: expect.closeTo(2 + 1, 6),
    machine: expect.closeTo(2 + 0.25, 6),
    together: expect.closeTo(14.25, 6),
  });
  expect(costOf({ ...work, machine: 'STANDARD' }, prices).machine).toBeCloseTo(80, 6);
  expect(costOf({ ...work, machine: 'none' }, prices).machine).toBe(0);
});

test('a batch shares an execution, its functions, its read and some of its write units', () => {
  const [one, batch] = [
    costOf(workOf('express', 1, measured), prices),
    costOf(workOf('batches', 1, measured), prices),
  ];
  expect([one.writes, batch.writes]).toEqual([8, expect.closeTo(150 / 25, 6)]);
  for (const part of ['reads', 'functions', 'machine'] as const)
    expect(batch[part]).toBeCloseTo(one[part] / 25, 6);
  expect(batch.together).toBeCloseTo(batch.writes + (one.together - one.writes) / 25, 6);
});

test('an id that the server made is not looked for', () => {
  const [given, made] = [workOf('express', 1, measured), workOf('withoutIds', 1, measured)];
  expect(made).toEqual({ ...given, readUnits: 1 });
});

test('the floor is an append of one write unit, and everything else of it', () => {
  const [one, floor] = [
    costOf(workOf('express', 1, measured), prices),
    costOf(workOf('floor', 1, measured), prices),
  ];
  expect(one.writes).toBe(8 * floor.writes);
  expect(one.together - one.writes).toBeCloseTo(floor.together - floor.writes, 6);
});

test("an append costs the same at any length; the sample's grows with it", () => {
  expect(workOf('express', 100, measured)).toEqual(workOf('express', 100_000, measured));
  // 10,000 events of 400 bytes: 977 times 4 KB, at half a unit each.
  expect(workOf('sample', 10_000, measured).readUnits).toBe(488.5);
  expect(workOf('sample', 1, measured).readUnits).toBe(0.5);
  expect(workOf('sample', 10_000, measured).functions).toEqual([{ mib: 256, ms: 20 + 4 * 200 }]);
});

test('the price list has every price that is asked for', () => {
  for (const name of Object.keys(prices.prices)) {
    const { usd, per } = readPrices().prices[name as keyof Prices['prices']];
    expect([name, usd > 0 && per > 0]).toEqual([name, true]);
  }
});

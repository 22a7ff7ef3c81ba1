import { daysUntilFull, narrowerReached, reachedBy, unitsOf } from '../../../docs/tools/capacity';
import { readLimits, readMeasured } from '../../../docs/tools/facts';

const limits = readLimits();
const measured = {
  ...readMeasured(),
  hindsight: {
    readUnits: 2,
    readUnitsWithoutId: 1,
    writeUnits: 8,
    batchOf25WriteUnits: 150,
    states: 7,
    storedBytes: 1300,
  },
};

test('each limit is reached at the load that its share of an append says', () => {
  const at = Object.fromEntries(reachedBy(measured, limits).map((reached) => [reached.limit, reached.at]));
  expect(at['tableWriteUnits']).toBe(5_000);
  expect(at['standardTransitions']).toBe(625);
  expect(at['lambdaConcurrency']).toBe(10_000);
  // One event in 234.3 is the hottest product's; 125 of its events take the 1,000 units of a partition.
  expect(at['partitionWriteUnits']).toBeCloseTo(125 * (541_909 / 2_313), 6);
});

test('an append of one event is a put, and each event of a larger one costs the same', () => {
  expect([1, 2, 10, 25].map((events) => unitsOf(events, measured))).toEqual([8, 12, 60, 150]);
});

test('they come in the order in which they are reached', () => {
  const loads = reachedBy(measured, limits).map(({ at }) => at);
  expect(loads).toEqual([...loads].sort((a, b) => a - b));
});

test('a limit that is lower somewhere is reached at a lower load there', () => {
  const at = narrowerReached(measured, limits).map(({ limit, at }) => [limit, at]);
  expect(Object.fromEntries(at)).toEqual({
    standardTransitions: 500 / 8,
    standardStarts: 150,
    tableWriteUnits: 500,
    lambdaConcurrency: 100,
  });
});

test('10 GB of one product last as long as its events take to fill them', () => {
  const perDay = 1000 * (2_313 / 541_909) * 86_400;
  expect(daysUntilFull(1000, measured, limits)).toBeCloseTo((10 * 2 ** 30) / 1300 / perDay, 6);
});

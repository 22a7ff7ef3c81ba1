import { randomFrom, simulate, type Product } from './simulate';

const product: Product = { rate: 5, unitsPerEvent: 8, unitsPerSecond: 1000, appendMs: 50 };
const single = { name: '', batch: 1, shards: 1 };
const run = (more: Partial<Product>, way = single) =>
  simulate({ ...product, ...more }, way, 300, randomFrom(7));

test('a product that is asked for seldom waits for nothing but its own append', () => {
  const { storedShare, median, p99, throttledShare } = run({ rate: 0.2 });
  expect(storedShare).toBeGreaterThan(0.98);
  expect(median).toBeCloseTo(50, 6);
  expect(p99).toBeLessThan(150);
  expect(throttledShare).toBe(0);
});

test('an append in turn stores 20 a second at 50 ms, whatever comes in', () => {
  expect(run({ rate: 100 }).storedShare).toBeCloseTo(20 / 100, 1);
  expect(run({ rate: 19 }).storedShare).toBeGreaterThan(0.97);
});

test('batches are bound by the units of the partition: 125 a second of 8 units each', () => {
  const batched = { ...single, batch: 25 };
  expect(run({ rate: 100 }, batched)).toMatchObject({ throttledShare: expect.closeTo(0, 1) });
  expect(run({ rate: 100 }, batched).storedShare).toBeGreaterThan(0.99);
  const { storedShare, throttledShare } = run({ rate: 250 }, batched);
  expect(storedShare).toBeCloseTo(125 / 250, 1);
  expect(throttledShare).toBeGreaterThan(0.5);
});

test('shards multiply both bounds', () => {
  expect(run({ rate: 250 }, { ...single, batch: 25, shards: 4 }).storedShare).toBeGreaterThan(0.99);
});

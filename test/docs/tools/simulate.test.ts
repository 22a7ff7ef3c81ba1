import { simulate, type Product } from '../../../docs/tools/simulate';
import { randomFrom } from '../../support/random';

const unitsOf = (events: number) => 5 + 3 * events;
const product: Product = { rate: 5, unitsOf, unitsPerSecond: 1000, appendMs: 50 };
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

test('batches are bound by the units of the partition: 12.5 appends a second, of 25 events and 80 units', () => {
  const batched = { ...single, batch: 25 };
  expect(run({ rate: 100 }, batched)).toMatchObject({ throttledShare: expect.closeTo(0, 1) });
  expect(run({ rate: 100 }, batched).storedShare).toBeGreaterThan(0.99);
  const { storedShare, throttledShare } = run({ rate: 625 }, batched);
  expect(storedShare).toBeCloseTo(312.5 / 625, 1);
  expect(throttledShare).toBeGreaterThan(0.5);
});

test('shards multiply both bounds', () => {
  expect(run({ rate: 1000 }, { ...single, batch: 25, shards: 4 }).storedShare).toBeGreaterThan(0.99);
});

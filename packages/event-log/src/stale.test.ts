import fc from 'fast-check';
import { extendTo, neededAt, type Stale } from './stale';

const LATEST = 60;

/** Spans in order and disjoint, as the log keeps them. */
const stale: fc.Arbitrary<Stale> = fc
  .uniqueArray(fc.integer({ min: 0, max: LATEST }), { maxLength: 10 })
  .chain((times) => {
    const ends = times.sort((a, b) => a - b);
    const pairs = Array.from({ length: Math.floor(ends.length / 2) }, (_, i) => ends.slice(2 * i, 2 * i + 2));
    return fc.tuple(
      ...pairs.map(([from = 0, to = 0]) =>
        fc.integer({ min: 1, max: 9 }).map((version) => ({ from, to, version })),
      ),
    );
  });

test('until the next event in order, what the last place asks for is asked for, and nowhere less than before', () => {
  const moments = fc
    .tuple(fc.nat(LATEST), fc.nat(LATEST))
    .map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
  fc.assert(
    fc.property(stale, moments, (before, [high, next]) => {
      const after = extendTo(before, high, next, 10);
      for (const [index, { from, to }] of after.entries()) {
        expect(from).toBeLessThanOrEqual(to);
        expect(from).toBeGreaterThan(after[index - 1]?.to ?? -1);
      }
      for (let time = 0; time <= LATEST; time += 1) {
        const last = time >= high && time < next ? neededAt(before, high) : 0;
        expect(neededAt(after, time)).toBeGreaterThanOrEqual(Math.max(neededAt(before, time), last));
      }
    }),
  );
});

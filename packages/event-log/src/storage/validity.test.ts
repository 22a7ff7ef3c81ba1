import fc from 'fast-check';
import {
  addInterval,
  covers,
  decodeInvalidated,
  encodeInvalidated,
  extendTo,
  neededAt,
  shiftAt,
  type Invalidated,
  type Patch,
} from './validity';

const LATEST = 60;
/** The version that the tests add: greater than all that are there. */
const NEXT = 10;

const patch: fc.Arbitrary<Patch> = fc.record(
  { base: fc.nat(9), delta: fc.bigInt({ min: -5_000_000n, max: 5_000_000n }), end: fc.nat(LATEST) },
  { requiredKeys: ['base', 'delta'], noNullPrototype: true },
);

/** Spans in order and disjoint, as the log keeps them. */
const invalidated: fc.Arbitrary<Invalidated> = fc
  .uniqueArray(fc.integer({ min: 0, max: LATEST }), { maxLength: 8 })
  .chain((times) => {
    const ends = times.sort((a, b) => a - b);
    const pairs = Array.from({ length: Math.floor(ends.length / 2) }, (_, i) => ends.slice(2 * i, 2 * i + 2));
    return fc.tuple(
      ...pairs.map(([from = 0, to = 0]) =>
        fc
          .record({ version: fc.integer({ min: 1, max: 9 }), instant: fc.boolean(), patch: fc.option(patch) })
          .map(({ version, instant, patch }) => ({
            ...{ from, to: instant ? from : to, version },
            ...(patch !== null && { patch }),
          })),
      ),
    );
  });

const moments = fc
  .tuple(fc.nat(LATEST), fc.nat(LATEST))
  .map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);

function expectDisjoint(intervals: Invalidated): void {
  const wrong = intervals.filter(
    ({ from, to }, index) => from > to || from <= (intervals[index - 1]?.to ?? -1),
  );
  expect(wrong).toEqual([]);
}

/** What is needed at every moment, one after another. */
const allNeeded = (intervals: Invalidated): number[] =>
  Array.from({ length: LATEST + 2 }, (_, time) => neededAt(intervals, time));

test('a list of intervals is read as it was written', () => {
  fc.assert(
    fc.property(invalidated, (intervals) => {
      expect(decodeInvalidated(encodeInvalidated(intervals))).toEqual(intervals);
    }),
  );
  expect(decodeInvalidated(undefined)).toEqual([]);
  const year = Date.parse('2026-01-01T00:00:00.000Z');
  const old = { from: Date.parse('0001-01-01T00:00:00.000Z'), to: year, version: 123_456 };
  expect(decodeInvalidated(encodeInvalidated([old]))).toEqual([old]);
});

test('a new interval asks for its version from its first moment through its last, and changes nothing elsewhere', () => {
  fc.assert(
    fc.property(invalidated, moments, (before, [from, to]) => {
      const after = addInterval(before, { from, to, version: NEXT });
      expectDisjoint(after);
      expect(allNeeded(after)).toEqual(
        allNeeded(before).map((needed, time) => (from <= time && time <= to ? NEXT : needed)),
      );
    }),
  );
});

test('a list covers another where it asks for as much at every moment', () => {
  fc.assert(
    fc.property(invalidated, invalidated, fc.array(moments, { maxLength: 3 }), (now, before, added) => {
      const wider = added.reduce<Invalidated>(
        (intervals, [from, to]) => addInterval(intervals, { from, to, version: NEXT }),
        before,
      );
      for (const list of [now, wider, before, before.slice(1), before.slice(0, -1)]) {
        const asked = allNeeded(list);
        expect(covers(list, before)).toBe(
          allNeeded(before).every((least, time) => (asked[time] ?? 0) >= least),
        );
      }
    }),
  );
});

test('a interval that ends before it begins, or has no end, is none', () => {
  const before = [{ from: 1, to: 5, version: 1 }];
  expect(addInterval(before, { from: 4, to: 3, version: 2 })).toEqual(before);
  expect(addInterval(before, { from: 4, to: NaN, version: 2 })).toEqual(before);
});

test('a patch is for states that were right before its event, inside of its interval and before its end', () => {
  const patch = { base: 3, delta: 5n, end: 40 };
  const patched = addInterval([], { from: 10, to: 50, version: 9, patch });
  const at = (time: number, version: number) => shiftAt(patched, time, version);
  expect([at(11, 3), at(39, 8)]).toEqual([5n, 5n]);
  expect([at(10, 3), at(40, 3), at(51, 3), at(20, 2)]).toEqual(Array(4).fill(undefined));
  // A later event takes its place in its own interval only.
  const after = addInterval(patched, { from: 20, to: 30, version: 10 });
  expect([15, 25, 35].map((time) => shiftAt(after, time, 3))).toEqual([5n, undefined, 5n]);
});

describe('a list that grows too long', () => {
  /** Spans of one moment, ten apart but for the one whose neighbour is nearer. */
  const six = Array.from({ length: 6 }, (_, i) => ({ from: i * 10, to: i * 10, version: i + 1 }));

  it('is left alone up to six intervals', () => {
    expect(six.reduce<Invalidated>(addInterval, [])).toEqual(six);
  });

  it('has those two made one that reach least far together, asking for the greater version', () => {
    expect(addInterval(six, { from: 44, to: 45, version: 20 })).toEqual([
      ...six.slice(0, 4),
      { from: 40, to: 45, version: 20 },
      ...six.slice(5),
    ]);
    expect(addInterval(six, { from: 36, to: 37, version: 20 })).toEqual([
      ...six.slice(0, 4),
      { from: 36, to: 40, version: 20 },
      ...six.slice(5),
    ]);
    // A near neighbour that lasts long is no near neighbour.
    const [first, ...rest] = six;
    const lasting = [{ ...first, from: -1000, to: 9, version: 30 }, ...rest];
    expect(addInterval(lasting, { from: 500, to: 500, version: 40 })).toHaveLength(6);
    expect(addInterval(lasting, { from: 500, to: 500, version: 40 })[0]).toEqual(lasting[0]);
  });

  it('never asks for less than each of the intervals that were added', () => {
    const many = fc.array(
      moments.map(([from, to]) => ({ from, to: Math.min(to, from + 2) })),
      { minLength: 13, maxLength: 40 },
    );
    fc.assert(
      fc.property(many, (added) => {
        let intervals: Invalidated = [];
        const needed = new Array<number>(LATEST + 2).fill(0);
        for (const [index, { from, to }] of added.entries()) {
          intervals = addInterval(intervals, { from, to, version: index + 1 });
          needed.fill(index + 1, from, to + 1);
        }
        expectDisjoint(intervals);
        expect(intervals.length).toBeLessThanOrEqual(12);
        expect(needed.filter((least, time) => neededAt(intervals, time) < least)).toEqual([]);
      }),
    );
  });
});

test('until the next event in order, what the last position asks for is asked for, and elsewhere what was before', () => {
  fc.assert(
    fc.property(invalidated, moments, (before, [highWaterMark, next]) => {
      const after = extendTo(before, highWaterMark, next, NEXT);
      expectDisjoint(after);
      const last = neededAt(before, highWaterMark);
      expect(allNeeded(after)).toEqual(
        allNeeded(before).map((needed, time) => {
          if (last > 0 && highWaterMark === next && time === next) return NEXT;
          return highWaterMark <= time && time < next ? Math.max(needed, last) : needed;
        }),
      );
    }),
  );
});

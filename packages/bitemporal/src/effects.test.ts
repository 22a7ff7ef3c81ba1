import { fc, test as property } from '@fast-check/jest';
import {
  applyEffect,
  compose,
  highestIn,
  lowestBefore,
  runOf,
  type Effect,
  type Registers,
  type Run,
} from './effects';

const ascending = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);

interface Timed {
  readonly effect: Effect;
  readonly at: string;
}

const small = fc.bigInt({ min: -5n, max: 5n });
const amount = fc.oneof(fc.record({ add: small }), fc.record({ set: small }), fc.record({ initial: small }));
const attribute = fc.oneof(
  fc.record({ set: fc.constantFrom(null, 'red', 'blue') }),
  fc.record({ default: fc.constantFrom('black', 'white') }),
);
const effect: fc.Arbitrary<Effect> = fc.record(
  {
    amount,
    attributes: fc.dictionary(fc.constantFrom('color', 'size'), attribute, { noNullPrototype: true }),
  },
  { requiredKeys: [] },
);
/** Events in effective order, several to an instant. */
const events = (least: number) =>
  fc
    .array(fc.record({ effect, instant: fc.nat({ max: 6 }) }), { minLength: least, maxLength: 12 })
    .map((list) =>
      list
        .sort((a, b) => a.instant - b.instant)
        .map(({ effect, instant }): Timed => ({ effect, at: `2026-01-0${instant + 1}` })),
    );
const registers: fc.Arbitrary<Registers | null> = fc.option(
  fc.record({
    amount: small,
    attributes: fc.dictionary(fc.constantFrom('color', 'size'), fc.constantFrom(null, 'green'), {
      noNullPrototype: true,
    }),
  }),
);

/** The naive fold: one event after another, by the words of the definition. */
function naive(before: Registers | null, { effect }: Timed): Registers {
  const { amount = { add: 0n }, attributes = {} } = effect;
  const next: Record<string, unknown> = { ...before?.attributes };
  for (const [name, change] of Object.entries(attributes)) {
    if ('set' in change) next[name] = change.set;
    else if ((next[name] ?? null) === null) next[name] = change.default;
  }
  const was = before?.amount ?? 0n;
  if ('add' in amount) return { amount: was + amount.add, attributes: next };
  if ('set' in amount) return { amount: amount.set, attributes: next };
  return { amount: before === null ? amount.initial : was, attributes: next };
}

const runs = (list: readonly Timed[]): Run[] => list.map(({ effect, at }) => runOf(effect, at));
const whole = (list: readonly Run[]): Run => list.reduce(compose);

property.prop([events(1), registers])('a run is what its events are, one by one', (list, before) => {
  const folded = list.reduce<Registers | null>(naive, before);
  expect(applyEffect(whole(runs(list)), before)).toEqual(folded);
});

property.prop([events(3), fc.nat(), fc.nat()])('composition is associative', (list, a, b) => {
  const [i, j] = [1 + (a % (list.length - 1)), 1 + (b % (list.length - 1))].sort((x, y) => x - y) as [
    number,
    number,
  ];
  const all = runs(list);
  const parts = [all.slice(0, i), all.slice(i, j), all.slice(j)].filter((part) => part.length > 0);
  const fromRight = parts.map(whole).reduceRight((right, left) => compose(left, right));
  expect(fromRight).toEqual(whole(all));
});

property.prop([events(1), registers.filter((before) => before !== null)])(
  'an event that declares no effect is the identity of what exists',
  (list, before) => {
    const [first, last] = [list[0] as Timed, list.at(-1) as Timed];
    const run = whole(runs(list));
    const more = compose(compose(runOf({}, first.at), run), runOf({}, last.at));
    expect(applyEffect(more, before)).toEqual(applyEffect(run, before));
    const { amount } = before;
    expect(highestIn(more, amount)).toBe([amount, highestIn(run, amount)].sort(ascending).at(-1));
  },
);

property.prop([events(1), registers])('marks and counts are those of the fold', (list, before) => {
  const ends: bigint[] = [];
  const all: bigint[] = [];
  const added: bigint[] = [];
  let current = before;
  let sum = 0n;
  for (const [index, event] of list.entries()) {
    current = naive(current, event);
    all.push(current.amount);
    sum += event.effect.amount && 'add' in event.effect.amount ? event.effect.amount.add : 0n;
    if (list[index + 1]?.at === event.at) continue;
    ends.push(current.amount);
    added.push(sum);
    sum = 0n;
  }
  const run = whole(runs(list));
  const amount = before && before.amount;
  expect(highestIn(run, amount)).toBe(all.sort(ascending).at(-1));
  expect(lowestBefore(run, amount)).toBe(ends.slice(0, -1).sort(ascending)[0] ?? null);
  const { instants, first, last, moves } = run;
  expect({ instants, first, last, moves }).toEqual({
    instants: ends.length,
    first: added[0],
    last: added.at(-1),
    moves: added.slice(1, -1).filter((sum) => sum !== 0n).length,
  });
});

test('what exists only between two events of one millisecond is no lowest amount', () => {
  const [out, back] = [{ amount: { add: -5n } }, { amount: { add: 5n } }];
  const end = runOf({}, '2026-01-03');
  const between = compose(runOf(out, '2026-01-01'), runOf(back, '2026-01-01'));
  expect(lowestBefore(compose(between, end), 2n)).toBe(2n);
  const apart = compose(runOf(out, '2026-01-01'), runOf(back, '2026-01-02'));
  expect(lowestBefore(compose(apart, end), 2n)).toBe(-3n);
});

test('runs out of order are a mistake of the caller', () => {
  expect(() => compose(runOf({}, '2026-01-02'), runOf({}, '2026-01-01'))).toThrow(
    'runs are composed in effective order',
  );
});

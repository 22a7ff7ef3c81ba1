import fc from 'fast-check';
import { historyOf, LIMITS, positionKey, stateAsOf } from '@hindsight/bitemporal';
import { subtract } from './decimal';
import { registry } from './registry.generated';
import { at, given } from './testing/given';
import { Naive } from './testing/naive';
import { adjusterOf, changeSetOf, compare, type Addition } from './testing/addition';
import { additionOf, type Step } from './testing/random-log';
import { corrected, counted, received, shipped } from './testing/sent';

const LISTED = LIMITS.listed;

const END = '9999-12-31T23:59:59.999Z';

/** Few instants, some of them in the future, so that many events meet at one. */
const time = fc.option(fc.nat(12), { nil: undefined });
const quantity = fc.integer({ min: 0, max: 8 }).map((n) => String(n / 2));
const color = fc.option(fc.constantFrom('red', 'blue'), { nil: undefined });
const change = (...types: string[]) =>
  fc.record({
    kind: fc.constant('change' as const),
    eventType: fc.constantFrom(...types),
    quantity,
    color,
    time,
  });
const anyChange = change('productReceived', 'productShipped', 'productAdjusted', 'stockCounted');
const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: change('productReceived', 'productShipped', 'productShipped') },
  { weight: 3, arbitrary: anyChange },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('retract' as const), target: fc.nat(30) }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('move' as const), target: fc.nat(30), time: fc.nat(12) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('correct' as const),
      target: fc.nat(30),
      replacement: anyChange,
    }),
  },
);
const additions = fc
  .tuple(
    fc.array(steps, { maxLength: 14, size: 'max' }),
    fc.array(steps, { minLength: 1, maxLength: 4, size: 'max' }),
  )
  .map(([old, added]) => additionOf(old, added));
const again: Step = {
  kind: 'correct',
  target: 0,
  replacement: { kind: 'change', eventType: 'productReceived', quantity: '0', color: undefined, time: 3 },
};
/** A correction that is repeated: the content is the same, the correction that brought it is another. */
const repeated = additionOf(
  [{ kind: 'change', eventType: 'productReceived', quantity: '0', color: undefined, time: 0 }, again],
  [{ kind: 'change', eventType: 'productReceived', quantity: '0', color: undefined, time: 2 }, again],
);
const runs = { numRuns: 300, examples: [[repeated]] as [Addition][] };

describe('the comparison of the history before and after an addition', () => {
  test('lists the changes that sampling both timelines at every instant finds', () => {
    fc.assert(
      fc.property(additions, (addition) => {
        const changes = new Naive(addition).changes();
        expect(compare(addition)).toMatchObject({ changes, changesTotal: changes.length });
      }),
      runs,
    );
  });

  test('lists the conflicts that a scan of both histories finds', () => {
    fc.assert(
      fc.property(additions, (addition) => {
        const conflicts = new Naive(addition).conflicts();
        expect(compare(addition)).toMatchObject({ conflicts, conflictsTotal: conflicts.length });
      }),
      runs,
    );
  });

  test('ends in the folds of the whole of both, and passes through those as of now', () => {
    fc.assert(
      fc.property(additions, (addition) => {
        const { before, after, now } = addition;
        const { adjuster, facts } = adjusterOf(addition);
        for (const fact of facts) adjuster.fold(fact);
        const comparison = adjuster.finish();
        const both = (asOf: string) => ({
          before: stateAsOf(registry, 'anvil', before, { asOf }),
          after: stateAsOf(registry, 'anvil', after, { asOf }),
        });
        const naive = new Naive(addition);
        if (naive.from === '~') return;
        expect(comparison.latest).toEqual(both(END));
        if (naive.from <= `${now}#~`) expect(comparison.now).toEqual(both(now));
        expect(comparison.eventsAffected).toBe(facts.length);
      }),
      runs,
    );
  });

  test('says of every fact that was put in what is so there, and what a count found', () => {
    fc.assert(
      fc.property(additions, (addition) => {
        const naive = new Naive(addition);
        const { inserted } = changeSetOf(addition);
        const { outcomes } = compare(addition);
        expect([...outcomes.keys()].sort()).toEqual(inserted.map(({ event }) => event.version).sort());
        for (const { event, content } of inserted) {
          const outcome = outcomes.get(event.version);
          expect(outcome?.stateAt).toEqual(naive.through(naive.now, positionKey(event)));
          const earlier = naive.now.filter((fact) => positionKey(fact.event) < positionKey(event));
          const expected = naive.through(earlier, '~')?.state.quantity ?? '0';
          const found = content.eventType === 'stockCounted';
          const variance = found && subtract(content['quantity'] as string, expected);
          expect(outcome?.findings).toEqual(found ? { variance } : undefined);
        }
      }),
      runs,
    );
  });

  test('is settled only if every later effective event leads both histories to the same state', () => {
    fc.assert(
      fc.property(additions, (addition) => {
        const naive = new Naive(addition);
        const { adjuster, facts } = adjusterOf(addition);
        for (const fact of facts) {
          adjuster.fold(fact);
          if (!adjuster.settled) continue;
          const later = naive.facts
            .map(({ event }) => positionKey(event))
            .filter((place) => place >= positionKey(fact.event));
          for (const [was, is] of later.map((place) => naive.states(place))) expect(is).toEqual(was);
        }
      }),
      { numRuns: 600 },
    );
  });

  test('of a history with itself finds nothing', () => {
    fc.assert(
      fc.property(additions, ({ after, ...addition }) => {
        const nothing = { ...addition, before: after, after };
        expect(compare(nothing)).toMatchObject({ changes: [], conflicts: [], eventsAffected: 0 });
        // A fact that is replaced by its own like is folded, and changes nothing.
        const facts = historyOf(registry, after);
        const removed = new Set(facts.map(({ event }) => positionKey(event)));
        const echo = compare(nothing, { removed, inserted: facts });
        expect(echo).toMatchObject({ changes: [], conflicts: [], eventsAffected: facts.length });
      }),
      { numRuns: 50 },
    );
  });
});

const meeting = given(received('10'), shipped('1'), counted('5'), shipped('2'));

describe('where the histories meet', () => {
  const { events } = meeting.when(received('1', { effectiveAt: at(1.5) })).log;
  const addition = { productId: 'anvil', before: meeting.events, after: events, now: at(5) };

  test('the folding may stop, and the open spans end there', () => {
    const { adjuster, facts } = adjusterOf(addition);
    const settled = facts.slice(0, 2).map((fact) => {
      adjuster.fold(fact);
      return adjuster.settled;
    });
    expect(settled).toEqual([false, true]);
    expect(adjuster.finish().changes).toEqual([
      { from: at(1.5), to: at(2), field: 'quantity', before: '10', after: '11' },
      { from: at(2), to: at(3), field: 'quantity', before: '9', after: '10' },
      { from: at(3), to: at(3), field: 'variance', before: '-4', after: '-5', eventId: 'e3' },
    ]);
  });

  test('a shortage that began at another time keeps them apart: the states still tell when', () => {
    // The same event, moved: only `effectiveAt` of the conflict differs from then on.
    const short = given(received('1'), shipped('5', { effectiveAt: at(1.5) }), received('1'));
    const { log } = short.when(corrected('e2', shipped('5', { effectiveAt: at(2) })), 'flag');
    const { adjuster, facts } = adjusterOf({ ...addition, before: short.events, after: log.events });
    for (const fact of facts) adjuster.fold(fact);
    expect(short.state?.conflicts).not.toEqual(log.state?.conflicts);
    expect(adjuster.settled).toBe(false);
  });
});

describe('long lists', () => {
  const receipts = Array.from({ length: 120 }, (_, n) => received('1', { effectiveAt: at(n / 10) }));
  const flat = given(received('1000', { effectiveAt: at(-2) }), ...receipts);

  test('list the first 100 changes, and count them all', () => {
    const { comparison } = flat.when(received('1', { effectiveAt: at(-1) }));
    expect(comparison.changes).toHaveLength(LISTED);
    expect(comparison.changesTotal).toBe(121);
    expect(comparison.changes.map(({ from }) => from)).toEqual([
      at(-1),
      ...Array.from({ length: 99 }, (_, n) => at(n / 10)),
    ]);
  });

  test('list the first 100 conflicts, the first and the deepest among them, and count them all', () => {
    const shipments = Array.from({ length: 120 }, (_, n) => shipped('1', { effectiveAt: at(n / 10) }));
    const stream = given(received('120', { effectiveAt: at(-2) }), ...shipments);
    const { comparison } = stream.when(shipped('110', { effectiveAt: at(-1) }));
    const { conflicts, conflictsTotal } = comparison;
    expect(conflictsTotal).toBe(110);
    expect(conflicts).toHaveLength(LISTED);
    expect(conflicts[0]).toMatchObject({ effectiveAt: at(1), deficit: '1', first: true });
    // The deepest is the 110th, and takes the place of the 100th.
    expect(conflicts[LISTED - 1]).toMatchObject({ effectiveAt: at(11.9), deficit: '110', deepest: true });
    expect(conflicts[LISTED - 2]).toMatchObject({ effectiveAt: at(10.8), deficit: '99' });
    expect(conflicts.filter(({ first, deepest }) => first ?? deepest)).toHaveLength(2);
  });

  test('keep the 100th if the deepest is among the first', () => {
    const later = Array.from({ length: 120 }, (_, n) => received('0.01', { effectiveAt: at(n / 10) }));
    const stream = given(received('50', { effectiveAt: at(-2) }), ...later);
    const { comparison } = stream.when(shipped('60', { effectiveAt: at(-1) }));
    expect(comparison.conflicts).toHaveLength(LISTED);
    expect(comparison.conflicts[0]).toMatchObject({ deficit: '10', first: true, deepest: true });
    expect(comparison.conflicts[LISTED - 1]).toEqual(
      expect.objectContaining({ deficit: '9.01', effectiveAt: at(9.8) }),
    );
    expect(comparison.conflictsTotal).toBe(121);
  });
});

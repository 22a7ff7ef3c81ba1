import { fc, test as property } from '@fast-check/jest';
import { compose, runOf, type Run } from './effects';
import { SteadyMoment } from './steady-moment';

interface Added {
  readonly at: string;
  readonly add: bigint;
}

const history = fc
  .array(fc.record({ instant: fc.nat({ max: 40 }), add: fc.bigInt({ min: -3n, max: 3n }) }), {
    minLength: 1,
    maxLength: 50,
    size: 'max',
  })
  .map((list) =>
    list
      .sort((a, b) => a.instant - b.instant)
      .map(({ instant, add }): Added => ({ at: `2026-01-01T00:00:${10 + instant}`, add })),
  );

const LEVEL = 2n;

/** By the words of the definition: the first instant from which every instant ends at or above the level. */
function naive(events: readonly Added[]): string | undefined {
  const ends = new Map<string, bigint>();
  let amount = 0n;
  for (const { at, add } of events) ends.set(at, (amount += add));
  const instants = [...ends];
  const last = instants.findLastIndex(([, end]) => end < LEVEL);
  return instants[last + 1]?.[0];
}

const runFrom = (events: readonly Added[]): Run =>
  events.map(({ at, add }) => runOf({ amount: { add } }, at)).reduce(compose);

property.prop([history, fc.array(fc.nat({ max: 8 }), { minLength: 20, maxLength: 20 })], { numRuns: 1000 })(
  'the moment is the one of the events, whichever runs are passed over',
  (events, lengths) => {
    const moment = new SteadyMoment(LEVEL);
    let [amount, at, index] = [0n, '', 0];
    const fold = (to: SteadyMoment, { at: next, add }: Added): void => {
      if (at !== '' && at !== next) to.end(at, amount);
      [at, amount] = [next, amount + add];
    };
    const parts = new Map<string, { readonly events: readonly Added[]; readonly amount: bigint }>();
    for (let turn = 0; index < events.length; turn += 1) {
      const part = events.slice(index, index + Math.max(1, lengths[turn % 20] ?? 1));
      index += part.length;
      const run = runFrom(part);
      if (run.from === at) part.forEach((event) => fold(moment, event));
      else {
        if (at !== '') moment.end(at, amount);
        parts.set(String(turn), { events: part, amount });
        moment.pass(run, { start: String(turn), end: '' }, amount);
        [at, amount] = [run.to, amount + run.plus];
      }
    }
    moment.end(at, amount);
    const { found } = moment;
    const part = typeof found === 'object' ? parts.get(found.range.start) : undefined;
    if (part !== undefined) {
      const inside = new SteadyMoment(LEVEL);
      [at, amount] = ['', part.amount];
      part.events.forEach((event) => fold(inside, event));
      moment.reveal(inside.found ?? 'nothing is hidden');
    }
    expect(moment.found).toBe(naive(events));
  },
);

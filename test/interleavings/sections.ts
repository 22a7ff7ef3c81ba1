import assert from 'node:assert/strict';
import { registry, type RecordedEvent } from '@hindsight/domain';
import type {
  AppendCommand,
  AppendResult,
  ProductLog,
  Refusal,
  StateAnswer,
  TimelinePage,
} from '@hindsight/workflow';
import { historyOf, shown, snapshotAt } from '../support/definition';
import { at, command, corrected, received, retracted, shipped } from '../support/commands';
import { refusalOf } from '../support/log';

export const PRODUCT = 'p';

/** What an actor was answered. */
export interface Outcome {
  readonly stored?: AppendResult;
  readonly refused?: Refusal;
  readonly state?: StateAnswer;
  readonly asOf?: string;
  readonly timeline?: TimelinePage | undefined;
}

/** @param another starts another process */
type Actor = (log: ProductLog, another: () => ProductLog) => Promise<Outcome>;

/** Some who do something at once, each in a process of its own. */
export interface Section {
  readonly name: string;
  /** What is in the log before, one append each. */
  readonly before: readonly unknown[];
  readonly actors: readonly Actor[];
  /** The actor that changed the past repaired it, so that nothing is left to repair. */
  readonly repaired?: true;
  /** Processes die between their calls to the store, and answers are lost. */
  readonly crashes?: boolean;
  /** What must hold beyond what always must. */
  readonly check: (outcomes: readonly Outcome[], log: readonly RecordedEvent[]) => void;
}

const appends =
  (body: unknown, options: Partial<AppendCommand> = {}): Actor =>
  async (log) => {
    const work = log.append(command(PRODUCT, body, options));
    const stored = await work.catch(() => undefined);
    return stored === undefined ? { refused: await refusalOf(work) } : { stored };
  };

/** Far more than one repairer takes alone. */
const MOST_STEPS = 60;

const repairs: Actor = async (log) => {
  for (let step = 0; step < MOST_STEPS; step += 1) {
    if ((await log.repair(PRODUCT, 2)).done) return {};
  }
  throw new Error(`the repair is not done after ${MOST_STEPS} steps`);
};

const appendsAndRepairs =
  (body: unknown): Actor =>
  async (log, another) => {
    const outcome = await appends(body)(log, another);
    await repairs(log, another);
    return outcome;
  };

const reads =
  (asOf: string): Actor =>
  async (log) => ({ state: await log.stateAt(PRODUCT, { asOf }), asOf });

const readsTimeline: Actor = async (log) => ({
  timeline: await log.timeline(PRODUCT, { direction: 'forward', limit: 100 }),
});

const stream = [
  received(20, { eventId: 'a', effectiveAt: at(0) }),
  shipped(2, { eventId: 'b', effectiveAt: at(10) }),
  shipped(3, { eventId: 'c', effectiveAt: at(20) }),
  received(1, { eventId: 'd', effectiveAt: at(30) }),
];
const late = received(4, { eventId: 'late', effectiveAt: at(5) });
const delivery = received(90, { eventId: 'x', effectiveAt: at(50) });
const next = (eventId: string) => shipped(1, { eventId, effectiveAt: at(40) });

const storedOf = (outcomes: readonly Outcome[]): AppendResult[] =>
  outcomes.flatMap(({ stored }) => stored ?? []);
const all = (outcomes: readonly Outcome[], count: number) =>
  assert.equal(storedOf(outcomes).length, count, JSON.stringify(outcomes));

export const sections: readonly Section[] = [
  {
    name: 'append, append, append',
    before: stream,
    actors: [appends(next('x')), appends(next('y')), appends(next('z'))],
    check: (outcomes) => all(outcomes, 3),
  },
  {
    name: 'append, late append',
    before: stream,
    actors: [appends(next('x')), appends(late)],
    check: (outcomes) => all(outcomes, 2),
  },
  {
    name: 'late append, late append',
    before: stream,
    actors: [appends(late), appends(shipped(5, { eventId: 'later', effectiveAt: at(15) }))],
    check: (outcomes) => all(outcomes, 2),
  },
  {
    name: 'append, late append, repair',
    before: [...stream, late],
    actors: [appends(next('x')), appends(received(2, { eventId: 'later', effectiveAt: at(12) })), repairs],
    check: (outcomes) => all(outcomes, 2),
  },
  {
    name: 'repair, repair, late append',
    before: [...stream, late],
    actors: [repairs, repairs, appends(received(2, { eventId: 'later', effectiveAt: at(2) }))],
    check: (outcomes) => all(outcomes, 1),
  },
  {
    name: 'repair, late append and its repair',
    before: [...stream, late],
    actors: [repairs, appendsAndRepairs(received(2, { eventId: 'later', effectiveAt: at(2) }))],
    repaired: true,
    check: (outcomes) => all(outcomes, 1),
  },
  {
    name: 'repair, late append meanwhile and its repair',
    before: [...stream, late],
    actors: [repairs, appendsAndRepairs(received(2, { eventId: 'later', effectiveAt: at(12) }))],
    repaired: true,
    check: (outcomes) => all(outcomes, 1),
  },
  {
    name: 'reader, late append, repair',
    before: [...stream, late],
    actors: [
      reads(at(12)),
      reads(at(35)),
      appends(received(2, { eventId: 'later', effectiveAt: at(2) })),
      repairs,
    ],
    check: (outcomes) => all(outcomes, 1),
  },
  {
    name: 'timeline, correction',
    before: stream,
    actors: [readsTimeline, appends(corrected('b', shipped(7, { effectiveAt: at(25) }), { eventId: 'x' }))],
    check: (outcomes) => all(outcomes, 1),
  },
  {
    name: 'dry run, append',
    before: stream,
    actors: [
      appends(shipped(10, { eventId: 'dry', effectiveAt: at(50) }), { dryRun: true }),
      appends(shipped(10, { eventId: 'x', effectiveAt: at(50) })),
    ],
    check: (outcomes, log) => {
      assert.ok(storedOf(outcomes).some(({ dryRun }) => !dryRun));
      assert.ok(!log.some(({ eventId }) => eventId === 'dry'));
    },
  },
  {
    name: 'dry run of a retraction, append of its target',
    before: stream,
    actors: [appends(retracted('x'), { dryRun: true }), appends(next('x'))],
    check: ([dry, stored]) => {
      all([stored as Outcome], 1);
      assert.equal(dry?.refused?.error, dry?.stored ? undefined : 'TargetNotFound');
      if (dry?.stored) assert.equal(dry.stored.version, 6);
    },
  },
  {
    name: 'duplicate, duplicate, duplicate',
    before: stream,
    actors: [appends(late), appends(late), appends(late)],
    check: (outcomes) => {
      all(outcomes, 3);
      const results = storedOf(outcomes);
      assert.equal(results.filter(({ deduplicated }) => !deduplicated).length, 1);
      const [first, ...rest] = results.map(({ deduplicated, ...result }) => result);
      for (const one of rest) assert.deepEqual(one, first);
    },
  },
  {
    name: 'one id, two contents',
    before: stream,
    actors: [appends(shipped(1, { eventId: 'x' })), appends(shipped(2, { eventId: 'x' }))],
    check: (outcomes) => {
      all(outcomes, 1);
      assert.equal(outcomes.filter(({ refused }) => refused?.error === 'EventIdReused').length, 1);
    },
  },
  {
    name: 'batches that share an event',
    before: stream,
    actors: [appends([next('x'), next('y')]), appends([next('y'), next('z')])],
    check: (outcomes) => all(outcomes, 2),
  },
  {
    name: 'delivery, batch and dry run that need it, append',
    before: stream,
    actors: [
      appends(delivery),
      appends([delivery, shipped(50, { eventId: 'y', effectiveAt: at(60) })]),
      appends([delivery, shipped(40, { eventId: 'dry', effectiveAt: at(60) })], { dryRun: true }),
      appends(next('z')),
    ],
    check: (outcomes) => all(outcomes, 4),
  },
  {
    name: 'the last pieces, twice',
    before: stream,
    actors: [appends(shipped(16, { eventId: 'x' })), appends(shipped(16, { eventId: 'y' }))],
    check: (outcomes) => {
      all(outcomes, 1);
      assert.equal(outcomes.filter(({ refused }) => refused?.error === 'RuleBroken').length, 1);
    },
  },
  {
    name: 'correction, retraction of one target',
    before: stream,
    actors: [
      appends(corrected('b', shipped(1), { eventId: 'x' })),
      appends(retracted('b', { eventId: 'y' })),
    ],
    check: (outcomes) => all(outcomes, 2),
  },
  {
    name: 'expected version, append',
    before: stream,
    actors: [appends(next('x'), { expectedVersion: 4 }), appends(next('y'))],
    check: ([first], log) => {
      const place = log.find(({ eventId }) => eventId === 'x')?.version;
      assert.equal(place, first?.stored ? 5 : undefined);
      assert.equal(first?.refused?.error, first?.stored ? undefined : 'VersionConflict');
    },
  },
];

/** An answer is that of the definition on the log as it was at some moment of the section. */
export function checkAnswers(
  outcomes: readonly Outcome[],
  log: readonly RecordedEvent[],
  since: number,
): void {
  const prefixes = Array.from({ length: log.length - since + 1 }, (_, i) => log.slice(0, since + i));
  for (const { stored, state, asOf, timeline } of outcomes) {
    for (const { variance, ...event } of stored?.dryRun === false ? stored.events : [])
      assert.deepEqual(event, log[event.version - 1], 'what was acknowledged is there');
    if (asOf !== undefined && state !== undefined) {
      const answer = JSON.stringify(state.found && [state.version, state.state]);
      const right = prefixes.map((known) =>
        JSON.stringify([known.length, snapshotAt(registry, known, { asOf })?.state]),
      );
      assert.ok(right.includes(answer), `${answer}, not ${right.join(' or ')}`);
    }
    if (timeline !== undefined) {
      const answer = JSON.stringify(timeline.entries.map(({ event }) => event));
      const right = prefixes.map((known) =>
        JSON.stringify(historyOf(registry, known).map(({ event }) => shown(known, event))),
      );
      assert.ok(right.includes(answer), `${answer}, not ${right.join(' or ')}`);
    }
  }
}

import {
  Adjuster,
  type Adjustment,
  type ChangeSet,
  type Comparison,
  type Content,
  type Judged,
  type StateAt,
} from '@hindsight/bitemporal';
import type { NewEvent } from '../storage/items';
import { positionKey, throughTime, timeIn } from '../storage/keys';
import type { Refusal } from '../types';
import { readAhead, type Ahead } from './ahead';
import { answersTo } from './answers';
import { changeSetOf, type Numbered } from './change-set';
import type { ReadContext } from './context';
import type { KnownLog } from './known-log';
import { stateAtTime } from './state-at';
import { stateBefore } from './state-before';
import type { Visitor } from './visit';
import { visitFrom } from './visit-from';

/** What a batch would change in the history as known. */
export interface Evaluation<State, Event extends Content> {
  readonly events: readonly NewEvent<Event>[];
  readonly comparison: Comparison<State>;
  readonly adjustment: Adjustment<State>;
  /** The append changes states that questions could already be asked about. */
  readonly adjusts: boolean;
  /** The state at the moment of recording, after the append. */
  readonly now: StateAt<State> | null;
  /** The latest state, after the append. */
  readonly latest: StateAt<State> | null | undefined;
  /** Nothing that is recorded counts at or after the first position of the batch. */
  readonly inOrder: boolean;
  /** The first position that the batch touches; undefined: it touches none, and nothing changes. */
  readonly from: string | undefined;
  /** The last effective time at which states may have changed. */
  readonly through: string;
}

interface Run<State> {
  /** The first position of the change set; of an empty one, a position after every event. */
  readonly from: string;
  readonly comparison: Comparison<State>;
  /** The effective time of the event at which the two histories were one again; undefined: they never were. */
  readonly metAt?: string;
}

/** The first position that a change set touches; undefined for one that changes nothing. */
function firstPosition<Event extends Content>({ removed, inserted }: ChangeSet<Event>): string | undefined {
  const first = inserted[0] && positionKey(inserted[0].event);
  // What is undefined is sorted last.
  return [...removed, first].sort()[0];
}

/** The last effective time of all events, the inserted ones included. */
function lastTime<Event extends Content>(highWaterMark: string, { inserted }: ChangeSet<Event>): string {
  const last = inserted.at(-1)?.event.effectiveAt ?? '';
  return last > highWaterMark ? last : highWaterMark;
}

/**
 * Folds both histories from a position on until they meet or end.
 * @param ahead a text: a position after all events
 */
async function compare<State extends Judged, Event extends Content>(
  context: ReadContext<State, Event>,
  log: KnownLog<State>,
  adjuster: Adjuster<State, Event>,
  ahead: Ahead<Event> | string,
): Promise<Run<State>> {
  if (typeof ahead === 'string') return { from: ahead, comparison: adjuster.finish() };
  const visitor: Visitor<State, Event> = {
    pass: adjuster.pass.bind(adjuster),
    fold: adjuster.fold.bind(adjuster),
    async stops(tree) {
      const { undecided: questions } = adjuster;
      if (questions.size > 0) adjuster.name(await answersTo({ context, log, tree, questions }));
      return adjuster.settled;
    },
  };
  const { tree, stoppedAt } = await visitFrom({ context, log, visitor, ...ahead });
  adjuster.end();
  const { questions } = adjuster;
  const comparison = adjuster.finish(await answersTo({ context, log, tree, questions }));
  return { from: ahead.seen.start, comparison, ...(stoppedAt !== undefined && { metAt: stoppedAt }) };
}

/** The states at the moment of recording; if the folding did not come that far, both are as they were. */
async function statesNow<State extends Judged, Event extends Content>(
  context: ReadContext<State, Event>,
  log: KnownLog<State>,
  now: string,
  { from, comparison, metAt }: Run<State>,
): Promise<Comparison<State>['now']> {
  const unchanged = from > throughTime(now) || (metAt !== undefined && metAt <= now);
  if (!unchanged) return comparison.now;
  const same = await stateAtTime(context, log, now);
  return { before: same, after: same };
}

function adjustmentOf<State>(
  effectiveFrom: string,
  { comparison }: Run<State>,
  now: Comparison<State>['now'],
): Adjustment<State> {
  const { eventsAffected, changes, changesTotal, conflicts, conflictsTotal } = comparison;
  return {
    effectiveFrom,
    eventsAffected,
    before: now.before?.state ?? null,
    after: now.after?.state ?? null,
    changes,
    changesTotal,
    conflicts,
    conflictsTotal,
  };
}

/**
 * After every event so far. The version matters if times are equal: a correction can put back an event whose position
 * is before others of the very same millisecond.
 */
const firstPositionInOrder = ({ highWaterMark, version }: KnownLog<unknown>): string =>
  positionKey({ effectiveAt: highWaterMark, version: version + 1 });

/** The state before everything that the append touches. */
async function stateBeforeAll<State extends Judged, Event extends Content>(
  context: ReadContext<State, Event>,
  log: KnownLog<State>,
  ahead: Ahead<Event> | string,
): Promise<StateAt<State> | null> {
  if (typeof ahead !== 'string') return stateBefore(context, log, ahead.seen.start, ahead.next);
  return log.latest === undefined ? stateBefore(context, log, ahead) : log.latest;
}

/** What an evaluation is to assume. */
export interface Circumstances<Event extends Content> {
  /** The moment of recording. */
  readonly now: string;
  /** Refuses what is further from its recording than this, before any of the later history is read. Absent: no limit. */
  readonly toleranceMs?: number;
  /** Refuses events by where they count, and counted. Absent: refuses none. */
  readonly refuse?: (events: readonly NewEvent<Event>[]) => Refusal<never> | undefined;
}

/**
 * The first event that is too far from its recording: it takes effect too long before or after it, or it corrects an event
 * that was recorded too long ago. The distance is measured by the clock, never against other events: no event can
 * shut out the events of others, and a sender whose clock is a second late is not refused.
 */
function beyondTolerance<Event extends Content>(
  events: readonly NewEvent<Event>[],
  now: string,
  toleranceMs: number,
): Refusal<never> | undefined {
  const isFar = (time: string): boolean => Math.abs(Date.parse(time) - Date.parse(now)) > toleranceMs;
  for (const { event, target, position } of events) {
    const { eventId } = event;
    const moved = target !== undefined && position !== null && timeIn(position) !== target.effectiveAt;
    const [time, what] =
      target === undefined
        ? [event.effectiveAt, 'takes effect at']
        : moved
          ? [timeIn(position), 'moves its target to']
          : [target.recordedAt, 'corrects an event that was recorded at'];
    if (isFar(time) || (target !== undefined && isFar(target.recordedAt)))
      return { error: 'LateNotAllowed', detail: `event ${eventId} ${what} ${time}`, eventId };
  }
  return undefined;
}

/**
 * Compares the history as it is with the history as it would be. Reads nothing for events in order; for a late
 * one the events after it, up to the position from which it makes no difference any more.
 */
export async function evaluate<State extends Judged, Event extends Content>(
  context: ReadContext<State, Event>,
  log: KnownLog<State>,
  numbered: readonly Numbered<Event>[],
  { now, toleranceMs, refuse }: Circumstances<Event>,
): Promise<Evaluation<State, Event> | Refusal<State>> {
  const change = await changeSetOf(context, log, numbered);
  if ('error' in change) return change;
  const { events, changeSet, page } = change;
  const first = firstPosition(changeSet);
  // What touches no position is in order, even if future-dated events come after `now`.
  const from = first ?? firstPositionInOrder(log);
  const inOrder = from >= firstPositionInOrder(log);
  const refusal =
    (toleranceMs === undefined ? undefined : beyondTolerance(events, now, toleranceMs)) ?? refuse?.(events);
  if (refusal !== undefined) return refusal;
  const { domain } = context;
  const { streamId, latest, highWaterMark } = log;
  const ahead = inOrder ? from : await readAhead(context, log, changeSet, { from, now, page });
  const base = await stateBeforeAll(context, log, ahead);
  const adjuster = new Adjuster({ domain, streamId, base, changeSet, now, limits: context.sizes.limits });
  const run = await compare(context, log, adjuster, ahead);
  const states = await statesNow(context, log, now, run);
  const { comparison, metAt } = run;
  return {
    events,
    comparison,
    adjustment: adjustmentOf(first === undefined ? now : timeIn(first), run, states),
    adjusts: comparison.eventsAffected > 0 || events.some(({ target }) => target !== undefined),
    now: states.after,
    latest: metAt === undefined ? comparison.latest.after : latest,
    inOrder,
    from: first,
    through: metAt ?? lastTime(highWaterMark, changeSet),
  };
}

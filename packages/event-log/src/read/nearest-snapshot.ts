/**
 * The nearest snapshot: where to begin folding.
 *
 * The state before a position is the fold of all effective events before it. Folding from the first event is right and
 * slow. So the log keeps states at many positions, and a read begins at the nearest one that is still right. There are
 * two kinds: the state that every event item stores for its own position, free of charge since the item is written
 * anyway, and snapshots, items of their own that hold up to some dozens of states of neighboring positions.
 *
 * A late event changes the states at all later positions, and nobody rewrites those: that would make an append as
 * expensive as the history is long. Instead the log records which intervals of effective time were invalidated, and
 * through which version a state must know the log to be right there (validity.ts). So the search is a walk back in time
 * over alternating stretches:
 *
 * - outside of invalidated intervals, the state of an event item is right if its code is trusted: the first entry before
 *   the bound usually ends the search, after one request for one item;
 * - inside an interval, states of events are passed over without being read, and one request asks for the last
 *   snapshot that begins before the bound. If it knows enough of the log, it ends the search. Otherwise the walk
 *   continues before the beginning of the interval.
 *
 * The walk counts what it passes: if no effective event can be between the state that was found and the bound, the
 * state is the answer (`complete`), and nothing is folded. Otherwise the events between them are folded.
 *
 * Why it is right: a state is used only if (a) trusted code made it, (b) it was the fold of the log as known through its
 * version, and (c) no event after that version touched its position, or it is said to include that version. (b) holds
 * for event items by construction, and for snapshots by the same fold; (c) is what the invalidated intervals record
 * in the same transaction as the event that invalidates. A snapshot that is missing, damaged or half replaced only
 * moves the beginning of the fold further back. So caches change the cost of an answer, and never the answer.
 *
 * Source: "checkpointing" of logs is as old as recovery (J. Gray, A. Reuter, Transaction Processing, 1992); that
 * validity belongs into the log and not into the cache is the lesson of view maintenance (A. Gupta, I. Mumick, 1995).
 */
import { advance, type Content, type Judged, type StateAt } from '@hindsight/bitemporal';
import { stateAtEvent } from '../storage/items';
import {
  afterPosition,
  keySchema,
  LAST,
  positionIn,
  positionKey,
  snapshotKey,
  throughTime,
  timeIn,
} from '../storage/keys';
import { isTrusted, readSnapshot, type SnapshotItem } from '../storage/snapshots';
import type { ReadContext } from './context';
import { effectiveEvents, type IndexEntry } from './effective-events';
import { EARLIEST, type KnownLog } from './known-log';
import { intervalAt, neededAt } from './validity';

/** A state to fold on from. */
export interface NearestState<State> {
  readonly state: StateAt<State> | null;
  /** Events from here on are not in it yet. */
  readonly after: string;
  /** No effective event is between it and the bound that was asked for. */
  readonly complete: boolean;
}

const FIRST_PAGE = 1;
const PAGE = 25;
/** Sorts before every key of the index. */
const START = ' ';

/** The greatest string below `key`: an exclusive upper bound for BETWEEN, which is inclusive. */
const justBefore = (key: string): string =>
  `${key.slice(0, -1)}${String.fromCharCode(key.charCodeAt(key.length - 1) - 1)}${LAST}`;

const timeOf = (key: string): number => Date.parse(timeIn(key));

/** The last state before a bound that a snapshot holds, if the log says that it is right. */
async function fromSnapshot<State extends Judged, Event extends Content>(
  { store, domain }: ReadContext<State, Event>,
  log: KnownLog<State>,
  before: string,
): Promise<NearestState<State> | undefined> {
  // One that begins at the bound has nothing before it.
  const range = { after: 'c#', before: justBefore(snapshotKey(before)), backward: true, limit: 1 };
  const { items } = await store.page<SnapshotItem>(log.streamId, range);
  const snapshot = items[0] && readSnapshot(domain, items[0]);
  if (snapshot === undefined || snapshot.version > log.version) return undefined;
  const state = snapshot.states.findLast(({ last }) => positionKey(last) < before);
  if (state === undefined) return undefined;
  const position = positionKey(state.last);
  if (neededAt(log.invalidated, timeOf(position)) > snapshot.version) return undefined;
  const ends = snapshot.next === null || snapshot.next >= before;
  const complete = ends && neededAt(log.invalidated, timeOf(before)) <= snapshot.version;
  return { state, after: afterPosition(position), complete };
}

type Found<State> =
  | { readonly nearest: NearestState<State> }
  /** Only a snapshot can help before this bound; `passed`: events may be between it and the bound asked for. */
  | { readonly invalidatedBefore: string; readonly passed: boolean }
  | undefined;

/** Walks back over entries until one has a state that is right, or lies where none is. */
async function fromEvents<State extends Judged, Event extends Content>(
  { store, domain }: ReadContext<State, Event>,
  log: KnownLog<State>,
  before: string,
): Promise<Found<State>> {
  let bound = before;
  let passed = false;
  for (let limit = FIRST_PAGE; ; limit = PAGE) {
    const range = { index: keySchema.byEffective, after: START, before: bound, backward: true, limit };
    const { items, nextKey } = await store.page<IndexEntry>(log.streamId, range);
    for (const entry of items) {
      bound = entry.effectiveKey;
      if (entry.version > log.version) continue;
      const isRight =
        'event' in entry &&
        isTrusted(domain, entry.code) &&
        neededAt(log.invalidated, timeOf(bound)) <= entry.version;
      const state = isRight ? stateAtEvent(domain, entry) : undefined;
      if (state !== undefined)
        return { nearest: { state, after: afterPosition(positionIn(bound)), complete: !passed } };
      if (intervalAt(log.invalidated, timeOf(bound)))
        return { invalidatedBefore: afterPosition(positionIn(bound)), passed };
      passed = true;
    }
    if (nextKey === undefined) return passed ? { invalidatedBefore: START, passed } : undefined;
    bound = justBefore(bound);
  }
}

/** The nearest state that is right before an index key, which no entry has. */
export async function nearestState<State extends Judged, Event extends Content>(
  context: ReadContext<State, Event>,
  log: KnownLog<State>,
  before: string,
): Promise<NearestState<State>> {
  let bound = before;
  let complete = true;
  while (bound !== START) {
    const interval = intervalAt(log.invalidated, timeOf(bound));
    if (interval === undefined) {
      const found = await fromEvents(context, log, bound);
      if (found === undefined) break;
      if ('nearest' in found) return { ...found.nearest, complete: complete && found.nearest.complete };
      complete &&= !found.passed;
      bound = found.invalidatedBefore;
      continue;
    }
    const nearest = await fromSnapshot(context, log, bound);
    if (nearest !== undefined) return { ...nearest, complete: complete && nearest.complete };
    complete = false;
    bound = interval.from <= EARLIEST ? START : throughTime(new Date(interval.from - 1).toISOString());
  }
  return { state: null, after: START, complete };
}

/** The state just before an index key, as known through the version of the log. */
export async function stateBefore<State extends Judged, Event extends Content>(
  context: ReadContext<State, Event>,
  log: KnownLog<State>,
  before: string,
): Promise<StateAt<State> | null> {
  const nearest = await nearestState(context, log, before);
  if (nearest.complete) return nearest.state;
  let { state } = nearest;
  let folded = 0;
  const range = { after: nearest.after, before, version: log.version };
  for await (const effective of effectiveEvents(context, log.streamId, range)) {
    state = advance(context.domain, log.streamId, state, effective);
    folded += 1;
  }
  context.onSlowRead(log.streamId, folded);
  return state;
}

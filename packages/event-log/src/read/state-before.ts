/**
 * The state before a position.
 *
 * It is the fold of all effective events before the position. Folding from the first event is right and slow. Three
 * kinds of help are there, and each is asked in its turn:
 *
 * - Every event item stores the state at its own position, as known through its own version. Where no later recorded
 *   event touched its past (validity.ts), that state is right: outside of invalidated intervals, the entry before the
 *   position answers, in one request. Where one late event did, and did no more than add to the amount, the head says
 *   how much, and the state is right after that addition.
 * - Where more of them did, a right state is often only a few events away, and those are folded: news is mostly late by
 *   a few events.
 * - Otherwise the tree of summaries (summary-tree.ts) gives the state from some runs and the events of one or two,
 *   wherever the position is and however many events were late.
 *
 * Without a tree, the walk goes on to the last right state before the invalidated interval, and folds from there.
 *
 * Why it is right: a stored state is used only if (a) trusted code made it, (b) it was the fold of the log as known
 * through its version, and (c) no event after that version touched its position. (b) holds by construction, and (c) is
 * what the invalidated intervals record in the same transaction as the event that invalidates. Whatever is missing
 * moves the beginning of the fold further back. So caches change the cost of an answer, and never the answer.
 *
 * Source: "checkpointing" of logs is as old as recovery (J. Gray, A. Reuter, Transaction Processing, 1992); that
 * validity belongs into the log and not into the cache is the lesson of view maintenance (A. Gupta, I. Mumick, 1995).
 */
import {
  Fold,
  shifted,
  type Content,
  type Judged,
  type PositionRange,
  type StateAt,
} from '@hindsight/bitemporal';
import { stateAtEvent } from '../storage/items';
import { afterPosition, keySchema, LAST, positionIn, throughTime, timeIn } from '../storage/keys';
import { isTrusted } from '../storage/revision';
import { answersTo } from './answers';
import type { ReadContext } from './context';
import { Group, type IndexEntry } from './effective-events';
import { EARLIEST, type KnownLog } from './known-log';
import { openTree } from './summary-tree';
import { intervalAt, neededAt, shiftAt } from '../storage/validity';
import { visit, type Seen } from './visit';

/** A state to fold on from. */
interface NearestState<State> {
  readonly state: StateAt<State> | null;
  /** Events from here on are not in it yet. */
  readonly after: string;
}

/** Entries of which one request reads no more units than of one. */
const FEW = 4;

/** Sorts before every key of the index. */
const START = ' ';

/** The greatest string below `key`: an exclusive upper bound for BETWEEN, which is inclusive. */
const justBefore = (key: string): string =>
  `${key.slice(0, -1)}${String.fromCharCode(key.charCodeAt(key.length - 1) - 1)}${LAST}`;

const timeOf = (key: string): number => Date.parse(timeIn(key));

/** The state that an entry stores, if it is right as known through the version of the log. */
function rightState<State extends Judged, Event extends Content>(
  { domain }: ReadContext<State, Event>,
  log: KnownLog<State>,
  entry: IndexEntry,
): StateAt<State> | undefined {
  if (!('event' in entry) || entry.version > log.version || !isTrusted(domain, entry.code)) return undefined;
  const stored = stateAtEvent(domain, entry);
  const time = timeOf(entry.effectiveKey);
  if (stored === undefined || neededAt(log.invalidated, time) <= entry.version) return stored;
  const delta = shiftAt(log.invalidated, time, entry.version);
  return delta === undefined ? undefined : shifted(domain, log.streamId, stored, delta);
}

/** How many entries to look among for a right state, in one request after the other. */
function lookingAmong(
  { invalidated }: KnownLog<unknown>,
  before: string,
  nearby: number,
  needsTree: boolean,
) {
  const interval = intervalAt(invalidated, timeOf(before));
  const isPatched = interval?.patch?.base === 0;
  // Among the states that can be patched, the late event itself may have none.
  const first = interval !== undefined && !isPatched ? [] : [isPatched || needsTree ? FEW : 1];
  // More of them save the reads of the tree, unless it is read in any case: then it says which run is to be read.
  return needsTree ? first : [...first, nearby];
}

/** The events of the last entries before a bound, which no entry has, and a right state before them if there is one. */
async function nearbyState<State extends Judged, Event extends Content>(
  context: ReadContext<State, Event>,
  log: KnownLog<State>,
  before: string,
  needsTree: boolean,
): Promise<{ readonly nearest?: NearestState<State>; readonly seen: Seen<Event> }> {
  const { domain, store, sizes } = context;
  const { streamId, version } = log;
  const found: Group[] = [];
  const seenFrom = (start: string): Seen<Event> => {
    const events = found.flatMap((group) => group.effectiveEvent(domain) ?? []).reverse();
    return { start, end: before, events };
  };
  let bound = before;
  for (const limit of lookingAmong(log, before, sizes.nearby, needsTree)) {
    const range = { index: keySchema.byEffective, after: START, before: bound, backward: true, limit };
    const { items, nextKey } = await store.page<IndexEntry>(streamId, range);
    for (const entry of items) {
      const state = rightState(context, log, entry);
      bound = entry.effectiveKey;
      const position = positionIn(bound);
      const after = afterPosition(position);
      if (state !== undefined) return { nearest: { state, after }, seen: seenFrom(after) };
      if (found.at(-1)?.position !== position) found.push(new Group(position));
      found.at(-1)?.add(entry, version);
    }
    if (nextKey === undefined) return { nearest: { state: null, after: START }, seen: seenFrom(START) };
    bound = justBefore(bound);
  }
  // The last group may have more entries that were not read.
  const partial = found.pop();
  return { seen: seenFrom(afterPosition(partial?.position ?? before)) };
}

/** The last right state before a bound that is outside of every invalidated interval. */
async function earlierState<State extends Judged, Event extends Content>(
  context: ReadContext<State, Event>,
  log: KnownLog<State>,
  before: string,
): Promise<NearestState<State>> {
  let bound = before;
  const leave = (): void => {
    const interval = intervalAt(log.invalidated, timeOf(bound));
    if (interval === undefined) return;
    bound = interval.from <= EARLIEST ? START : throughTime(new Date(interval.from - 1).toISOString());
  };
  const limit = context.sizes.nearby;
  for (leave(); bound !== START; leave()) {
    const range = { index: keySchema.byEffective, after: START, before: bound, backward: true, limit };
    const { items, nextKey } = await context.store.page<IndexEntry>(log.streamId, range);
    for (const entry of items) {
      bound = entry.effectiveKey;
      const state = rightState(context, log, entry);
      if (state !== undefined) return { state, after: afterPosition(positionIn(bound)) };
      if (intervalAt(log.invalidated, timeOf(bound)) !== undefined) break;
    }
    const isLast = items.at(-1)?.effectiveKey === bound || items.length === 0;
    if (isLast && nextKey === undefined) break;
    bound = justBefore(bound);
  }
  return { state: null, after: START };
}

/**
 * The state just before an index key, which no entry has, as known through the version of the log.
 * @param next what the caller will open in the tree; absent: it won't need the tree
 */
export async function stateBefore<State extends Judged, Event extends Content>(
  context: ReadContext<State, Event>,
  log: KnownLog<State>,
  before: string,
  next?: readonly PositionRange[],
): Promise<StateAt<State> | null> {
  const { domain } = context;
  const { streamId } = log;
  const { nearest, seen } = await nearbyState(context, log, before, next !== undefined);
  const fold = new Fold({ domain, streamId }, nearest?.state);
  const visitor = { pass: fold.pass.bind(fold), fold: fold.fold.bind(fold) };
  if (nearest !== undefined) {
    seen.events.forEach(visitor.fold);
    return fold.current;
  }
  const tree = await openTree(context, log);
  // A tree of what was recorded later may have to be opened everywhere: it helps from the nearest right state on.
  const needsState = tree === undefined || tree.root.through > log.version;
  const earlier = needsState ? await earlierState(context, log, before) : undefined;
  fold.current = earlier?.state ?? null;
  const range = { start: earlier?.after ?? '', end: before, next };
  const { folded } = await visit({ context, log, tree, ...range, visitor, seen });
  context.onSlowRead(streamId, folded);
  return fold.finish(await answersTo({ context, log, tree, questions: fold.questions, seen }));
}

import { Adjuster, type Adjustment, type Comparison, type Overlay, type Snapshot } from '@hindsight/domain';
import { facts } from '../read/effective-events';
import type { Entry } from '../storage/items';
import { LAST, placeOf, throughTime, timeIn } from '../storage/keys';
import { draft, type Numbered } from './change-set';
import type { Refusal } from '../types';
import { snapshotBefore, type Reading } from '../read/nearest-snapshot';
import { snapshotAtTime } from '../read/state-at';
import type { View } from '../read/known-log';

/** What a batch would change in the history that a view knows. */
export interface Evaluation {
  readonly entries: readonly Entry[];
  readonly comparison: Comparison;
  readonly adjustment: Adjustment;
  /** The append changes states that questions could already be asked about. */
  readonly adjusts: boolean;
  /** The state at the moment of recording, after the append. */
  readonly now: Snapshot | null;
  /** After the last fact. */
  readonly tip: Snapshot | null | undefined;
  /** Nothing that is recorded stands at or after the first place of the batch. */
  readonly inOrder: boolean;
  /** The first place that the batch touches; undefined: it touches none, and nothing changes. */
  readonly from: string | undefined;
  /** The last effective time at which states may have changed. */
  readonly through: string;
}

interface Run {
  /** The first place of the overlay; of an empty one, a place after every event. */
  readonly from: string;
  readonly comparison: Comparison;
  /** The effective time of the fact at which the two histories were one again; undefined: they never were. */
  readonly metAt?: string;
}

/** The first place that an overlay touches; undefined for one that changes nothing. */
function firstPlace({ removed, inserted }: Overlay): string | undefined {
  const first = inserted[0] && placeOf(inserted[0].event);
  // What is undefined is sorted last.
  return [...removed, first].sort()[0];
}

/** Folds both histories from a place on, page by page, until they meet or end. */
async function compare(reading: Reading, view: View, adjuster: Adjuster, from: string): Promise<Run> {
  const { store, registry } = reading;
  const range = { after: from, before: LAST, version: view.version, limit: 100 };
  for await (const fact of facts(store, registry, view.productId, range)) {
    if (adjuster.settled) return { from, comparison: adjuster.finish(), metAt: fact.event.effectiveAt };
    adjuster.fold(fact);
  }
  return { from, comparison: adjuster.finish() };
}

async function baseOf(
  reading: Reading,
  view: View,
  inOrder: boolean,
  from: string,
): Promise<Snapshot | null> {
  if (inOrder && view.tip !== undefined) return view.tip;
  return snapshotBefore(reading, view, from);
}

/** The states at the moment of recording; where the folding did not come that far, both are as they were. */
async function statesNow(reading: Reading, view: View, now: string, { from, comparison, metAt }: Run) {
  const unchanged = from > throughTime(now) || (metAt !== undefined && metAt <= now);
  if (!unchanged) return comparison.now;
  const same = await snapshotAtTime(reading, view, now);
  return { before: same, after: same };
}

function adjustmentOf(
  effectiveFrom: string,
  { comparison }: Run,
  now: { before: Snapshot | null; after: Snapshot | null },
): Adjustment {
  const { eventsReplayed, changes, changesTotal, conflicts, conflictsTotal } = comparison;
  return {
    effectiveFrom,
    eventsReplayed,
    before: now.before?.state ?? null,
    after: now.after?.state ?? null,
    changes,
    changesTotal,
    conflicts,
    conflictsTotal,
  };
}

/**
 * After every event so far. The version matters where times are equal: a correction can put back an event whose place
 * is before others of the very same millisecond.
 */
const firstPlaceInOrder = ({ high, version }: View): string =>
  placeOf({ effectiveAt: high, version: version + 1 });

/** What an evaluation is to assume. */
export interface Terms {
  /** The moment of recording. */
  readonly now: string;
  /** False: refuses what would change the past, before anything of it is read. */
  readonly allowLate?: boolean | undefined;
}

/**
 * The first event that would change the past: a correction, or one that says that it happened before something
 * recorded. One that does not say when happens now; that somebody has recorded what is still to come, which it then
 * stands before, is not its doing.
 */
function changingThePast(view: View, entries: readonly Entry[]): Refusal | undefined {
  const found = entries.find(
    ({ event, sent, target }) =>
      target !== undefined || (sent.effectiveAt !== undefined && placeOf(event) < view.high),
  );
  if (found === undefined) return undefined;
  const { eventId } = found.event;
  return { error: 'LateNotAllowed', detail: `event ${eventId} would change the past`, eventId };
}

/**
 * Compares the history as it is with the history as it would be. Reads nothing for events in order; for a late
 * one the facts after it, up to where it makes no difference any more.
 */
export async function evaluate(
  reading: Reading,
  view: View,
  events: readonly Numbered[],
  { now, allowLate = true }: Terms,
): Promise<Evaluation | Refusal> {
  const drafted = await draft(reading, view, events);
  if ('error' in drafted) return drafted;
  const { entries, overlay } = drafted;
  const first = firstPlace(overlay);
  // What touches no place is in order, though events stand after `now` that are still to come.
  const from = first ?? firstPlaceInOrder(view);
  const inOrder = from >= firstPlaceInOrder(view);
  const refusal = allowLate ? undefined : changingThePast(view, entries);
  if (refusal !== undefined) return refusal;
  const base = await baseOf(reading, view, inOrder, from);
  const adjuster = new Adjuster({
    registry: reading.registry,
    productId: view.productId,
    base,
    overlay,
    now,
  });
  const run: Run = inOrder
    ? { from, comparison: adjuster.finish() }
    : await compare(reading, view, adjuster, from);
  const states = await statesNow(reading, view, now, run);
  const { comparison, metAt } = run;
  const last = overlay.inserted.at(-1)?.event.effectiveAt ?? '';
  return {
    entries,
    comparison,
    adjustment: adjustmentOf(first === undefined ? now : timeIn(first), run, states),
    adjusts: comparison.eventsReplayed > 0 || entries.some(({ target }) => target !== undefined),
    now: states.after,
    tip: metAt === undefined ? comparison.tip.after : view.tip,
    inOrder,
    from: first,
    through: metAt ?? (last > view.high ? last : view.high),
  };
}

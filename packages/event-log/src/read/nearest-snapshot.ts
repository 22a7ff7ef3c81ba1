import { advance, type Registry, type Snapshot } from '@hindsight/domain';
import { readCheckpoint, type CheckpointItem } from '../storage/snapshots';
import { facts, type Entry } from './effective-events';
import { snapshotAtEvent } from '../storage/items';
import {
  afterPlace,
  checkpointKey,
  keySchema,
  LAST,
  placeIn,
  placeOf,
  throughTime,
  timeIn,
} from '../storage/keys';
import { neededAt, spanAt } from './validity';
import type { Store } from '../storage/store';
import { EARLIEST, type View } from './known-log';

export interface Reading {
  readonly store: Store;
  readonly registry: Registry;
}

/** A state to fold on from. */
export interface Anchor {
  readonly snapshot: Snapshot | null;
  /** Facts from here on are not in it yet. */
  readonly after: string;
  /** No fact stands between it and the bound that was asked for. */
  readonly complete: boolean;
}

const FIRST_PAGE = 1;
const PAGE = 25;
/** Sorts before every key of the index. */
const START = ' ';

/** A bound that leaves a key out, and no other. */
const justBefore = (key: string): string =>
  `${key.slice(0, -1)}${String.fromCharCode(key.charCodeAt(key.length - 1) - 1)}${LAST}`;

const timeOf = (key: string): number => Date.parse(timeIn(key));

/** The last state before a bound that a checkpoint holds, where the log finds it good. */
async function fromCheckpoint(
  { store, registry }: Reading,
  view: View,
  before: string,
): Promise<Anchor | undefined> {
  // One that begins at the bound has nothing before it.
  const range = { after: 'c#', before: justBefore(checkpointKey(before)), backward: true, limit: 1 };
  const { items } = await store.page<CheckpointItem>(view.productId, range);
  const checkpoint = items[0] && readCheckpoint(items[0], registry.reducersVersion);
  if (checkpoint === undefined || checkpoint.version > view.version) return undefined;
  const index = checkpoint.snapshots.findLastIndex(({ last }) => placeOf(last) < before);
  const snapshot = checkpoint.snapshots[index];
  if (snapshot === undefined) return undefined;
  const place = placeOf(snapshot.last);
  if (neededAt(view.stale, timeOf(place)) > checkpoint.version) return undefined;
  const ends = checkpoint.next === null || checkpoint.next >= before;
  const complete = ends && neededAt(view.stale, timeOf(before)) <= checkpoint.version;
  return { snapshot, after: afterPlace(place), complete };
}

type Found =
  | { readonly anchor: Anchor }
  /** Only a checkpoint can help before this bound; `passed`: facts may stand between it and the bound asked for. */
  | { readonly staleBefore: string; readonly passed: boolean }
  | undefined;

/** Walks back over entries until one carries a state that is good, or stands where none is. */
async function fromEvents({ store, registry }: Reading, view: View, before: string): Promise<Found> {
  let bound = before;
  let passed = false;
  for (let limit = FIRST_PAGE; ; limit = PAGE) {
    const range = { index: keySchema.byEffective, after: START, before: bound, backward: true, limit };
    const { items, nextKey } = await store.page<Entry>(view.productId, range);
    for (const entry of items) {
      bound = entry.effectiveKey;
      if (entry.version > view.version) continue;
      const snapshot = 'event' in entry ? snapshotAtEvent(entry) : undefined;
      const needed = neededAt(view.stale, timeOf(bound));
      const good = 'event' in entry && entry.code === registry.reducersVersion && needed <= entry.version;
      if (good && snapshot)
        return { anchor: { snapshot, after: afterPlace(placeIn(bound)), complete: !passed } };
      if (spanAt(view.stale, timeOf(bound))) return { staleBefore: afterPlace(placeIn(bound)), passed };
      passed = true;
    }
    if (nextKey === undefined) return passed ? { staleBefore: START, passed } : undefined;
    bound = justBefore(bound);
  }
}

/** The nearest good state before an index key, which no entry has. */
export async function findAnchor(reading: Reading, view: View, before: string): Promise<Anchor> {
  let bound = before;
  let complete = true;
  while (bound !== START) {
    const span = spanAt(view.stale, timeOf(bound));
    if (span === undefined) {
      const found = await fromEvents(reading, view, bound);
      if (found === undefined) break;
      if ('anchor' in found) return { ...found.anchor, complete: complete && found.anchor.complete };
      complete &&= !found.passed;
      bound = found.staleBefore;
      continue;
    }
    const anchor = await fromCheckpoint(reading, view, bound);
    if (anchor !== undefined) return { ...anchor, complete: complete && anchor.complete };
    complete = false;
    bound = span.from <= EARLIEST ? START : throughTime(new Date(span.from - 1).toISOString());
  }
  return { snapshot: null, after: START, complete };
}

/** The product just before an index key, as known through the view's version. */
export async function snapshotBefore(reading: Reading, view: View, before: string): Promise<Snapshot | null> {
  const anchor = await findAnchor(reading, view, before);
  if (anchor.complete) return anchor.snapshot;
  let snapshot = anchor.snapshot;
  const range = { after: anchor.after, before, version: view.version };
  for await (const fact of facts(reading.store, reading.registry, view.productId, range)) {
    snapshot = advance(reading.registry, view.productId, snapshot, fact);
  }
  return snapshot;
}

import type { Snapshot } from '@hindsight/domain';
import { facts } from './effective-events';
import type { EventItem } from '../storage/items';
import { LAST, throughTime } from '../storage/keys';
import type { Moment, StateAnswer } from '../types';
import { snapshotBefore, type Reading } from './nearest-snapshot';
import { emptyView, headItem, itemAtVersion, itemKnownAt, viewOf, type View } from './known-log';

type NotFound = Extract<StateAnswer, { found: false }>;
type Known = Pick<Moment, 'knownAt' | 'version'>;

/** The later of two times; the log's own clock may be ahead of this machine's. */
const later = (a: string, b: string): string => (a > b ? a : b);

async function missing(
  reading: Reading,
  productId: string,
  version: number | undefined,
): Promise<NotFound | View> {
  const head = await headItem(reading.store, productId);
  if (head === undefined) return { found: false, why: 'product-not-found' };
  if (version !== undefined) return { found: false, why: 'version-not-found', headVersion: head.version };
  return emptyView(productId);
}

/** The log as known at a moment: one request, where there is something to know. */
export async function viewAt(
  reading: Reading,
  productId: string,
  { knownAt, version }: Known,
): Promise<NotFound | View> {
  const { store, registry } = reading;
  const item =
    version !== undefined
      ? await itemAtVersion(store, productId, version)
      : knownAt !== undefined
        ? await itemKnownAt(store, productId, knownAt)
        : await headItem(store, productId);
  if (item !== undefined) return viewOf(registry, item);
  if (version === undefined && knownAt === undefined) return { found: false, why: 'product-not-found' };
  const none = await missing(reading, productId, version);
  if (knownAt === undefined || 'found' in none) return none;
  // The first event may have come between the two, recorded by a clock that is behind.
  const first = await itemKnownAt(store, productId, knownAt);
  return first === undefined ? none : viewOf(registry, first);
}

/** The product at an effective time, inclusive: from the view itself, or the nearest good state before it. */
export async function snapshotAtTime(reading: Reading, view: View, asOf: string): Promise<Snapshot | null> {
  const { tip } = view;
  if (tip === null) return null;
  if (tip !== undefined && tip.last.effectiveAt <= asOf) return tip;
  return snapshotBefore(reading, view, throughTime(asOf));
}

async function firstEffectiveAt({ store, registry }: Reading, view: View): Promise<string | null> {
  const range = { after: ' ', before: LAST, version: view.version, limit: 25 };
  for await (const fact of facts(store, registry, view.productId, range)) return fact.event.effectiveAt;
  return null;
}

async function noState(reading: Reading, view: View): Promise<NotFound> {
  const { store, registry } = reading;
  const { productId } = view;
  const first = (await itemAtVersion(store, productId, 1)) as EventItem;
  const all = view.version === 0 ? await headItem(store, productId) : undefined;
  const known = all === undefined ? view : viewOf(registry, all);
  return {
    found: false,
    why: 'no-state-at-time',
    firstEffectiveAt: await firstEffectiveAt(reading, known),
    firstRecordedAt: first.recordedAt,
  };
}

/** Answers state(asOf, knownAt) for one product. */
export async function stateAt(
  reading: Reading,
  now: string,
  productId: string,
  moment: Moment,
): Promise<StateAnswer> {
  const view = await viewAt(reading, productId, moment);
  if ('found' in view) return view;
  const asOf = moment.asOf ?? later(now, view.recordedAt);
  const snapshot = await snapshotAtTime(reading, view, asOf);
  if (snapshot === null) return noState(reading, view);
  const { state, last } = snapshot;
  const { knownAt = null } = moment;
  return { found: true, productId, asOf, knownAt, version: view.version, state, lastEvent: last };
}

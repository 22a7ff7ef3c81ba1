import type { Change, Fact, ProductState, RecordedEvent, Registry, Snapshot } from '@hindsight/domain';
import { advance } from '@hindsight/domain';
import { facts, type FactRange } from './effective-events';
import { recordedEventOf, type EventItem } from '../storage/items';
import { afterPlace, eventKey, keySchema, LAST, placeOf, versionIn } from '../storage/keys';
import type { EventPage, ReadOptions, TimelineEntry, TimelinePage } from '../types';
import { snapshotBefore, type Reading } from './nearest-snapshot';
import type { Store } from '../storage/store';
import type { View } from './known-log';

/** Items that one answer may look at before it hands out a cursor instead of looking further for a rare type. */
const LOOKED_AT = 1000;

type Options = ReadOptions & { readonly types?: readonly string[] };

/** The last version recorded before a time; 0: none is. */
async function versionBefore(store: Store, productId: string, time: string): Promise<number> {
  const range = { index: keySchema.byRecorded, after: ' ', before: time, backward: true, limit: 1 };
  const { items } = await store.page<{ sk: string }>(productId, range);
  return items[0] ? versionIn(items[0].sk) : 0;
}

async function recordedRange(store: Store, productId: string, { direction, after, from, to }: Options) {
  const low = from === undefined ? 1 : (await versionBefore(store, productId, from)) + 1;
  const last = to === undefined ? Number.MAX_SAFE_INTEGER : await versionBefore(store, productId, to);
  const passed = after === undefined ? undefined : Number(after);
  return direction === 'forward'
    ? { first: Math.max(low, (passed ?? 0) + 1), last }
    : { first: low, last: Math.min(last, (passed ?? Infinity) - 1) };
}

/** The log as it was written. `next` is the last version looked at. */
export async function readRecorded(
  { store }: Reading,
  productId: string,
  options: Options,
): Promise<EventPage> {
  const { direction, limit, types } = options;
  const range = await recordedRange(store, productId, options);
  const events: RecordedEvent[] = [];
  const keys = {
    after: eventKey(range.first),
    before: range.last === Number.MAX_SAFE_INTEGER ? `v#${LAST}` : eventKey(range.last),
    backward: direction === 'backward',
    limit: Math.min(LOOKED_AT, types ? LOOKED_AT : limit + 1),
  };
  let [looked, last] = [0, 0];
  for await (const items of store.pages<EventItem>(productId, keys)) {
    for (const item of items) {
      if (events.length === limit || looked === LOOKED_AT) return { events, next: String(last) };
      looked += 1;
      last = item.version;
      // Where nothing was recorded since, what comes now stands where the list begins, and may be earlier than asked.
      if (options.from !== undefined && item.recordedAt < options.from) continue;
      if (types === undefined || types.includes(item.event.eventType)) events.push(recordedEventOf(item));
    }
  }
  return { events };
}

function effectiveRange(view: View, { direction, after, from, to, limit }: Options): FactRange {
  const low = from ?? ' ';
  const high = to ?? LAST;
  const forward = direction === 'forward';
  return {
    after: forward && after !== undefined ? afterPlace(after) : low,
    before: !forward && after !== undefined ? after : high,
    backward: !forward,
    version: view.version,
    // One more tells that there is more, and the next one that this is whole.
    limit: Math.min(LOOKED_AT, limit + 2),
  };
}

/** Facts in either direction, up to a page of them, and where to go on. */
async function factPage({ store, registry }: Reading, view: View, options: Options) {
  const found: Fact[] = [];
  let [looked, last] = [0, ''];
  for await (const fact of facts(store, registry, view.productId, effectiveRange(view, options))) {
    if (found.length === options.limit || looked === LOOKED_AT) return { found, next: last };
    looked += 1;
    last = placeOf(fact.event);
    if (options.types === undefined || options.types.includes(fact.event.eventType)) found.push(fact);
  }
  return { found };
}

/** The events that count, as they count. `next` is the last place looked at. */
export async function readEffective(reading: Reading, view: View, options: Options): Promise<EventPage> {
  const { found, ...next } = await factPage(reading, view, options);
  const { productId } = view;
  const events = found.map(({ event, content }) => {
    const { eventId, eventType, version, effectiveAt, recordedAt } = event;
    const names = { eventId, eventType, eventCategory: 'inventory', productId, version };
    return { ...names, ...content, ...names, effectiveAt, recordedAt };
  });
  return { events: events as RecordedEvent[], ...next };
}

const FIELDS = ['quantity', 'unitPrice', 'color', 'size', 'status'] as const;

function changedFields(before: ProductState | null, after: ProductState): Change['field'][] {
  return FIELDS.filter((field) => JSON.stringify(before?.[field] ?? null) !== JSON.stringify(after[field]));
}

function entryOf(registry: Registry, before: Snapshot | null, fact: Fact, after: Snapshot): TimelineEntry {
  const findings = registry.change(fact.event.eventType).findings?.(before?.state ?? null, fact.content);
  return {
    effectiveAt: fact.event.effectiveAt,
    event: fact.event,
    state: after.state,
    changed: changedFields(before?.state ?? null, after.state),
    ...findings,
  };
}

/** The product's life by effective time: one page of facts, folded from the nearest good state before it. */
export async function readTimeline(
  reading: Reading,
  view: View,
  options: ReadOptions,
): Promise<TimelinePage> {
  const { found, ...next } = await factPage(reading, view, options);
  const ordered = options.direction === 'forward' ? found : found.toReversed();
  const [first] = ordered;
  if (first === undefined) return { entries: [], ...next };
  const { registry } = reading;
  let snapshot = await snapshotBefore(reading, view, placeOf(first.event));
  const entries: TimelineEntry[] = [];
  for (const fact of ordered) {
    const after = advance(registry, view.productId, snapshot, fact);
    entries.push(entryOf(registry, snapshot, fact, after));
    snapshot = after;
  }
  return { entries: options.direction === 'forward' ? entries : entries.toReversed(), ...next };
}

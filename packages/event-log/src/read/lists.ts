import type { Change, Fact, ProductState, RecordedEvent, Registry, Snapshot } from '@hindsight/domain';
import { advance, fieldNames } from '@hindsight/domain';
import { groups, type FactRange, type RecordedFact } from './effective-events';
import { recordedEventOf, type EventItem } from '../storage/items';
import { afterPlace, eventKey, keySchema, LAST, placeOf, versionIn } from '../storage/keys';
import type { EventPage, ReadOptions, TimelineEntry, TimelinePage } from '../types';
import { snapshotBefore, type Reading } from './nearest-snapshot';
import type { Store } from '../storage/store';
import type { View } from './known-log';

/** Items in one request to the storage: with the largest events, half a megabyte. */
const ITEMS_AT_ONCE = 64;
/** Items that one answer may pass over, for example while it looks for a rare type. */
const PASSED_OVER = 200;
/** Events that one answer may carry, in bytes; the event that exceeds it is the last one. */
const PAGE_BYTES = 256 * 1024;

/**
 * What one answer may cost. A page ends when it is full, or when its events are large, or when most of the log does not
 * match: it then hands out a cursor, and the client decides whether to go on. So no request reads more than a few
 * hundred items, however rare the type that it asks for.
 */
class PageBudget {
  #items = 0;
  #bytes = 0;
  #passedOver = 0;

  constructor(readonly limit: number) {}

  get isFull(): boolean {
    return this.#items >= this.limit || this.#bytes >= PAGE_BYTES;
  }

  get isTired(): boolean {
    return this.#passedOver >= PASSED_OVER;
  }

  take(item: object): void {
    this.#items += 1;
    this.#bytes += Buffer.byteLength(JSON.stringify(item));
  }

  passOver(items: number): void {
    this.#passedOver += items;
  }
}

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
    limit: types ? ITEMS_AT_ONCE : Math.min(ITEMS_AT_ONCE, limit + 1),
  };
  const budget = new PageBudget(limit);
  let last = 0;
  for await (const items of store.pages<EventItem>(productId, keys)) {
    for (const item of items) {
      if (budget.isFull || budget.isTired) return { events, next: String(last) };
      last = item.version;
      // If nothing was recorded at or after `from` when we looked it up, an event appended meanwhile sorts into our
      // range; skip it unless it is in time.
      const isEarly = options.from !== undefined && item.recordedAt < options.from;
      if (isEarly || (types !== undefined && !types.includes(item.event.eventType))) budget.passOver(1);
      else {
        const event = recordedEventOf(item);
        events.push(event);
        budget.take(event);
      }
    }
  }
  return { events };
}

function effectiveRange(view: View, { direction, after, from, to, limit, types }: Options): FactRange {
  const low = from ?? ' ';
  const high = to ?? LAST;
  const forward = direction === 'forward';
  return {
    after: forward && after !== undefined ? afterPlace(after) : low,
    before: !forward && after !== undefined ? after : high,
    backward: !forward,
    version: view.version,
    // One more tells that there is more, and the next one that this is whole.
    limit: types ? ITEMS_AT_ONCE : Math.min(ITEMS_AT_ONCE, limit + 2),
  };
}

/** Facts in either direction, up to a page of them, and where to go on. */
async function factPage({ store, registry }: Reading, view: View, options: Options) {
  const { limit, types } = options;
  const found: RecordedFact[] = [];
  const budget = new PageBudget(limit);
  let last = '';
  for await (const group of groups(store, view.productId, effectiveRange(view, options))) {
    const fact = group.fact(registry);
    // After a full page, only an event that counts shows that there is another page.
    if (budget.isTired || (budget.isFull && fact !== undefined)) return { found, next: last };
    last = group.place;
    const matches = fact !== undefined && (types === undefined || types.includes(fact.event.eventType));
    if (matches) {
      found.push(fact);
      budget.take(fact.content);
    }
    budget.passOver(matches ? group.entries - 1 : group.entries);
  }
  return { found };
}

/** The events that count, as they count. `next` is the last place looked at. */
export async function readEffective(reading: Reading, view: View, options: Options): Promise<EventPage> {
  const { found, ...next } = await factPage(reading, view, options);
  const { productId } = view;
  const events = found.map(({ event, content, recordedBy }) => {
    const { eventId, eventType, version, effectiveAt, recordedAt } = event;
    const names = { eventId, eventType, eventCategory: 'inventory', productId, version };
    return { ...names, ...content, ...names, effectiveAt, recordedAt, recordedBy };
  });
  return { events: events as RecordedEvent[], ...next };
}

function changedFields(before: ProductState | null, after: ProductState): Change['field'][] {
  return fieldNames.filter(
    (field) => JSON.stringify(before?.[field] ?? null) !== JSON.stringify(after[field]),
  );
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

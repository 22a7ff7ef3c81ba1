import {
  advance,
  assert,
  type Content,
  type Domain,
  type EffectiveEvent,
  type Judged,
} from '@hindsight/bitemporal';
import { recordedEventOf, type EventItem, type Logged } from '../storage/items';
import { afterPosition, eventKey, LAST, positionKey, throughTime } from '../storage/keys';
import type { Store } from '../storage/store';
import type {
  EventPage,
  LedgerOptions,
  LedgerPage,
  ReadOptions,
  TimelineEntry,
  TimelinePage,
} from '../types';
import type { ReadContext } from './context';
import { findingsOf, findingsWhenRecorded, mayDiscover } from './findings';
import { correctionsOf, referencedEvents } from './corrections';
import { groups, type EffectiveRange } from './effective-events';
import { versionBefore, type KnownLog } from './known-log';
import { stateBefore } from './state-before';

/** Items in one request to the storage: with the largest events, half a megabyte. */
const ITEMS_AT_ONCE = 64;
/** Items that one answer may pass over, for example while it looks for a rare type. */
const PASSED_OVER = 200;
/** Events that one answer may carry, in bytes; the event that exceeds it is the last one. */
const PAGE_BYTES = 256 * 1024;
/** What a corrected event counts for besides its content, before its original and its correction are read. */
const CORRECTED_BYTES = 4 * 1024;
/** What an event that discovers something counts for besides its content: a state of the past may have to be read. */
const DISCOVERING_BYTES = 4 * 1024;

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

  take(item: object, moreBytes = 0): void {
    this.#items += 1;
    this.#bytes += Buffer.byteLength(JSON.stringify(item)) + moreBytes;
  }

  passOver(items: number): void {
    this.#passedOver += items;
  }
}

type Options = ReadOptions & { readonly types?: readonly string[] };

async function recordedRange(store: Store, streamId: string, { direction, after, from, to }: Options) {
  const low = from === undefined ? 1 : (await versionBefore(store, streamId, from)) + 1;
  const last = to === undefined ? Number.MAX_SAFE_INTEGER : await versionBefore(store, streamId, to);
  const passed = after === undefined ? undefined : Number(after);
  return direction === 'forward'
    ? { first: Math.max(low, (passed ?? 0) + 1), last }
    : { first: low, last: Math.min(last, (passed ?? Infinity) - 1) };
}

/** The log as it was written. `next` is the last version looked at. */
export async function readRecorded<State extends Judged, Event extends Content>(
  context: ReadContext<State, Event>,
  streamId: string,
  options: Options,
): Promise<EventPage<Event>> {
  const { store, domain } = context;
  const { direction, limit, types } = options;
  const range = await recordedRange(store, streamId, options);
  const events: Logged<Event>[] = [];
  const keys = {
    after: eventKey(range.first),
    before: range.last === Number.MAX_SAFE_INTEGER ? `v#${LAST}` : eventKey(range.last),
    backward: direction === 'backward',
    limit: types ? ITEMS_AT_ONCE : Math.min(ITEMS_AT_ONCE, limit + 1),
  };
  const budget = new PageBudget(limit);
  let last = 0;
  let neighbor: EventItem | undefined;
  for await (const items of store.pages<EventItem>(streamId, keys)) {
    for (const item of items) {
      if (budget.isFull || budget.isTired) return { events, next: String(last) };
      last = item.version;
      // If nothing was recorded at or after `from` when we looked it up, an event appended meanwhile sorts into our
      // range; skip it unless it is in time.
      const isEarly = options.from !== undefined && item.recordedAt < options.from;
      const event = recordedEventOf(domain, item);
      if (isEarly || (types !== undefined && !types.includes(event.eventType))) budget.passOver(1);
      else {
        const before = neighbor?.version === item.version - 1 ? neighbor : undefined;
        const findings = await findingsWhenRecorded(context, item, event, before);
        events.push({ ...event, ...findings });
        budget.take(event, findings === undefined ? 0 : DISCOVERING_BYTES);
      }
      neighbor = item;
    }
  }
  return { events };
}

function effectiveRange(
  { version }: KnownLog<unknown>,
  { direction, after, from, to, limit, types }: Options,
): EffectiveRange {
  const low = from ?? ' ';
  const high = to ?? LAST;
  const forward = direction === 'forward';
  return {
    after: forward && after !== undefined ? afterPosition(after) : low,
    before: !forward && after !== undefined ? after : high,
    backward: !forward,
    version,
    // One more shows that there is another page, and the next one that this one is whole.
    limit: types ? ITEMS_AT_ONCE : Math.min(ITEMS_AT_ONCE, limit + 2),
  };
}

/** Effective events in either direction, up to a page of them, and where to continue. */
async function effectivePage<State extends Judged, Event extends Content>(
  { store, domain }: ReadContext<State, Event>,
  log: KnownLog<State>,
  options: Options,
) {
  const { limit, types } = options;
  const found: EffectiveEvent<Event>[] = [];
  const budget = new PageBudget(limit);
  let last = '';
  for await (const group of groups(store, log.streamId, effectiveRange(log, options))) {
    const effective = group.effectiveEvent(domain);
    // After a full page, only an event that counts shows that there is another page.
    if (budget.isTired || (budget.isFull && effective !== undefined)) return { found, next: last };
    last = group.position;
    const matches =
      effective !== undefined && (types === undefined || types.includes(effective.event.eventType));
    if (matches) {
      found.push(effective);
      const corrected = effective.event.correction === undefined ? 0 : CORRECTED_BYTES;
      const discovering = mayDiscover(domain, effective.content) ? DISCOVERING_BYTES : 0;
      budget.take(effective.content, corrected + discovering);
    }
    budget.passOver(matches ? group.entries - 1 : group.entries);
  }
  return { found };
}

/** The events that count, as they count. `next` is the last position looked at. */
export async function readEffective<State extends Judged, Event extends Content>(
  context: ReadContext<State, Event>,
  log: KnownLog<State>,
  options: Options,
): Promise<EventPage<Event>> {
  const { found, ...next } = await effectivePage(context, log, options);
  const corrections = await correctionsOf(
    context,
    log.streamId,
    found.map(({ event }) => event),
  );
  const events = [];
  for (const [index, effective] of found.entries()) {
    const { correction, ...event } = effective.event;
    const findings = await findingsOf(context, log, effective);
    events.push({ ...effective.content, ...event, ...findings, ...corrections[index] });
  }
  return { events, ...next };
}

/** An event that counts, and the states around it. */
interface Step<State, Event extends Content> {
  readonly effective: EffectiveEvent<Event>;
  readonly before: State | null;
  readonly after: State;
}

/** One page of events with the states around them, oldest first, folded from the nearest right state before the page. */
async function stepsOf<State extends Judged, Event extends Content>(
  context: ReadContext<State, Event>,
  log: KnownLog<State>,
  ordered: readonly EffectiveEvent<Event>[],
): Promise<Step<State, Event>[]> {
  const [first] = ordered;
  if (first === undefined) return [];
  let current = await stateBefore(context, log, positionKey(first.event));
  return ordered.map((effective) => {
    const before = current?.state ?? null;
    current = advance(context.domain, log.streamId, current, effective);
    return { effective, before, after: current.state };
  });
}

function entryOf<State extends Judged, Event extends Content>(
  domain: Domain<State, Event>,
  { effective, before, after }: Step<State, Event>,
) {
  return {
    state: after,
    changed: domain.fields.filter(
      (field) => JSON.stringify(before?.[field] ?? null) !== JSON.stringify(after[field]),
    ),
    ...domain.findings(before, effective.content),
  };
}

/** The history by effective time: one page of events. */
export async function readTimeline<State extends Judged, Event extends Content>(
  context: ReadContext<State, Event>,
  log: KnownLog<State>,
  options: ReadOptions,
): Promise<TimelinePage<State, Event>> {
  const { found, ...next } = await effectivePage(context, log, options);
  const ordered = options.direction === 'forward' ? found : found.toReversed();
  const references = ordered.map(({ event }) => event);
  const events = await referencedEvents(context, log.streamId, references);
  const steps = await stepsOf(context, log, ordered);
  const entries = events.map((event, index): TimelineEntry<State, Event> => {
    const step = steps[index];
    assert(step !== undefined, 'every event of the page is shown');
    return { effectiveAt: event.effectiveAt, event, ...entryOf(context.domain, step) };
  });
  return { entries: options.direction === 'forward' ? entries : entries.toReversed(), ...next };
}

/** The events that led to the state at a time, each with the states around it: the last ones, oldest first. */
export async function readLedger<State extends Judged, Event extends Content>(
  context: ReadContext<State, Event>,
  log: KnownLog<State>,
  { asOf, ...page }: LedgerOptions,
): Promise<LedgerPage<State, Event>> {
  const options = { direction: 'backward', to: throughTime(asOf), ...page } as const;
  const { found, ...next } = await effectivePage(context, log, options);
  const ordered = found.toReversed();
  const references = ordered.map(({ event }) => event);
  const corrections = await correctionsOf(context, log.streamId, references);
  const steps = await stepsOf(context, log, ordered);
  const entries = steps.map(({ effective, before, after }, index) => {
    const { correction, ...event } = effective.event;
    return { event: { ...effective.content, ...event, ...corrections[index] }, before, after };
  });
  return { entries, ...next };
}

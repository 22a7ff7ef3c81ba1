import type { Content, Domain, Judged, StateAt } from '@hindsight/bitemporal';
import { highWaterMarkOf, isLastOfAppend, latestOf, type EventItem } from '../storage/items';
import {
  eventKey,
  keySchema,
  LAST,
  LISTED_EVERY,
  recordedKey,
  streamOf,
  versionIn,
  type ItemKey,
} from '../storage/keys';
import { isTrusted } from '../storage/revision';
import { within, type Store } from '../storage/store';
import { decodeInvalidated, type Invalidated } from '../storage/validity';

/** The first moment that RFC 3339 can write, in milliseconds. */
export const EARLIEST = Date.parse('0000-01-01T00:00:00.000Z');

/** The log of one stream as known through one version. */
export interface KnownLog<State> {
  readonly streamId: string;
  /** 0: no event yet. */
  readonly version: number;
  readonly recordedAt: string;
  /** The state after the last effective event; null: nothing counts; undefined: has to be folded. */
  readonly latest: StateAt<State> | null | undefined;
  /** The latest effective time of any event so far; '' if there is none. */
  readonly highWaterMark: string;
  readonly invalidated: Invalidated;
  /** The states stored so far were made by code that is not trusted, and none of them can be used. */
  readonly otherRevision: boolean;
}

export const emptyLog = (streamId: string): KnownLog<never> => ({
  streamId,
  version: 0,
  recordedAt: '',
  latest: null,
  highWaterMark: '',
  invalidated: [],
  otherRevision: false,
});

/** What one event item says of the whole log through its version. */
export function knownThrough<State extends Judged, Event extends Content>(
  domain: Domain<State, Event>,
  item: EventItem,
): KnownLog<State> {
  const { version, recordedAt, code } = item;
  const trusted = isTrusted(domain, code);
  const highWaterMark = highWaterMarkOf(item);
  return {
    streamId: streamOf(item),
    version,
    recordedAt,
    highWaterMark,
    latest: trusted ? latestOf(domain, item) : undefined,
    // States of another revision are invalidated everywhere; only those made since then by this code can be used.
    invalidated: trusted
      ? decodeInvalidated(item.stale)
      : [{ from: EARLIEST, to: Date.parse(highWaterMark), version }],
    otherRevision: !trusted,
  };
}

/** The events of the append that an item came with, as far as they can be seen. */
export async function appendOf(store: Store, item: EventItem): Promise<readonly EventItem[]> {
  const { version, first = version, last = version } = item;
  if (first === last) return [item];
  const items: EventItem[] = [];
  const range = { after: eventKey(first), before: eventKey(last) };
  for await (const page of store.pages<EventItem>(streamOf(item), range)) items.push(...page);
  return items;
}

/** Whether all events of the append can be seen: queries are not isolated from transactions. */
export async function isWhole(store: Store, item: EventItem): Promise<boolean> {
  const { version, first = version, last = version } = item;
  return first === last || (await appendOf(store, item)).length === last - first + 1;
}

/** Looks at a head at most; items of one transaction become visible within milliseconds of each other. */
export const LOOKS = 4;

/**
 * The newest event, in one request. Queries are not isolated from transactions: if the event is not the last of its
 * append, we saw half a transaction, and query again. After `LOOKS` the event is returned as it is; it is a consistent
 * state of knowledge too, only not the newest one.
 */
export async function headItem(store: Store, streamId: string): Promise<EventItem | undefined> {
  let head: EventItem | undefined;
  for (let look = 0; look < LOOKS; look += 1) {
    const { items } = await store.page<EventItem>(streamId, { ...within('v#'), backward: true, limit: 1 });
    [head] = items;
    if (head === undefined || isLastOfAppend(head)) break;
  }
  return head;
}

export const itemAtVersion = (
  store: Store,
  streamId: string,
  version: number,
): Promise<EventItem | undefined> => store.get<EventItem>(streamId, eventKey(version));

/**
 * The newest event that was recorded before a key of `byRecorded`, in two requests. The index lists every 32nd version;
 * versions are in the order of recording, so the one asked for is among the 32 that begin with the last listed one.
 * @param before no event has this key
 */
async function itemRecordedBefore(
  store: Store,
  streamId: string,
  before: string,
): Promise<EventItem | undefined> {
  let found: EventItem | undefined;
  for (let look = 0; look < LOOKS; look += 1) {
    const index = { index: keySchema.byRecorded, keysOnly: true, after: ' ', before };
    const { items: listed } = await store.page<ItemKey>(streamId, { ...index, backward: true, limit: 1 });
    const first = listed[0] ? versionIn(listed[0].sk) : 0;
    // Without a limit: where a page is as long as its limit, the next one has to be asked for.
    const range = { after: eventKey(first), before: eventKey(first + LISTED_EVERY - 1) };
    const events: EventItem[] = [];
    for await (const items of store.pages<EventItem>(streamId, range)) events.push(...items);
    found = events.findLast(({ recordedAt, version }) => recordedKey(recordedAt, version) < before);
    // As with the head: events of one append are recorded at one time, so we saw half a transaction.
    if (found === undefined || isLastOfAppend(found)) break;
  }
  return found;
}

/** The newest event recorded at or before a time. */
export const itemKnownAt = (
  store: Store,
  streamId: string,
  knownAt: string,
): Promise<EventItem | undefined> => itemRecordedBefore(store, streamId, `${knownAt}#${LAST}`);

/** The last version recorded before a time; 0: none was. */
export const versionBefore = async (store: Store, streamId: string, time: string): Promise<number> =>
  (await itemRecordedBefore(store, streamId, time))?.version ?? 0;

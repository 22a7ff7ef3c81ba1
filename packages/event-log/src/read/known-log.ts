import type { Content, Domain, Judged, StateAt } from '@hindsight/bitemporal';
import { highWaterMarkOf, latestOf, type EventItem } from '../storage/items';
import { eventKey, keySchema, LAST, streamOf } from '../storage/keys';
import { isTrusted } from '../storage/snapshots';
import { within, type Store } from '../storage/store';
import { decodeInvalidated, type Invalidated } from './validity';

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

/** Looks at a head at most; items of one transaction become visible within milliseconds of each other. */
const LOOKS = 4;

/**
 * The newest event, in one request. Queries are not isolated from transactions: an event without `recordedKey` is not
 * the last of its append, so we saw half a transaction, and query again. After `LOOKS` the event is returned as it is;
 * it is a consistent state of knowledge too, only not the newest one.
 */
export async function headItem(store: Store, streamId: string): Promise<EventItem | undefined> {
  let head: EventItem | undefined;
  for (let look = 0; look < LOOKS; look += 1) {
    const { items } = await store.page<EventItem>(streamId, { ...within('v#'), backward: true, limit: 1 });
    [head] = items;
    if (head === undefined || head.recordedKey !== undefined) break;
  }
  return head;
}

export const itemAtVersion = (
  store: Store,
  streamId: string,
  version: number,
): Promise<EventItem | undefined> => store.get<EventItem>(streamId, eventKey(version));

/** The newest event recorded at or before a time, in one request. */
export async function itemKnownAt(
  store: Store,
  streamId: string,
  knownAt: string,
): Promise<EventItem | undefined> {
  const range = {
    index: keySchema.byRecorded,
    after: ' ',
    before: `${knownAt}#${LAST}`,
    backward: true,
    limit: 1,
  };
  const { items } = await store.page<EventItem>(streamId, range);
  return items[0];
}

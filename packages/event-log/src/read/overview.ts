import type { Content, Domain, EventReference, Judged } from '@hindsight/bitemporal';
import { recordedEventOf, type EventItem } from '../storage/items';
import { eventKey, LAST, throughTime } from '../storage/keys';
import type { ReadContext } from './context';
import { effectiveEvents } from './effective-events';
import { headItem, knownThrough, type KnownLog } from './known-log';
import { firstEffectiveAt, later, stateAtTime } from './state-at';

/** What one stream is now, and when its events take effect: a row of a list of streams. */
export interface Overview<State> {
  readonly streamId: string;
  /** The newest version, and when it was recorded. */
  readonly version: number;
  readonly recordedAt: string;
  /** The moment of `state`: the time of the read. */
  readonly asOf: string;
  /** Null: nothing counts at that moment. */
  readonly state: State | null;
  readonly lastEvent: EventReference | null;
  /** The latest effective time of any event. */
  readonly highWaterMark: string;
  /** The first effective time at which an event counts; null: none does. */
  readonly firstEffectiveAt: string | null;
  /** The first effective time after `asOf` at which an event counts. */
  readonly nextEffectiveAt: string | null;
  /** When the newest event was recorded that changed the past; null: none of those that were looked at. */
  readonly lateAt: string | null;
}

/** What an earlier overview said; it spares reads. */
export type Earlier = Pick<Overview<unknown>, 'version' | 'firstEffectiveAt' | 'lateAt'>;

/** Without an earlier overview, late events are looked for among this many of the newest. */
const LOOKED_AT = 100;

const isCorrection = <State extends Judged, Event extends Content>(
  domain: Domain<State, Event>,
  item: EventItem,
): boolean => domain.correction(recordedEventOf(domain, item)) !== undefined;

/** Whether an event is before others. Its item shows it: only then does it store a high-water mark of its own. */
const isBeforeOthers = ({ high }: EventItem): boolean => high !== undefined;

/** An event of today is not late because one of tomorrow is planned. */
const isLate = ({ effectiveAt, recordedAt }: EventItem): boolean => effectiveAt < recordedAt;

/** The events after a version up to the head, the newest first; at most the last `LOOKED_AT`. */
async function newest<State extends Judged, Event extends Content>(
  { store }: ReadContext<State, Event>,
  head: EventItem,
  { streamId }: KnownLog<State>,
  after: number,
): Promise<EventItem[]> {
  if (head.version <= after) return [];
  const first = Math.max(after + 1, head.version - LOOKED_AT + 1);
  if (first === head.version) return [head];
  const keys = { after: eventKey(first), before: eventKey(head.version - 1) };
  const { items } = await store.page<EventItem>(streamId, { ...keys, backward: true, limit: LOOKED_AT });
  return [head, ...items];
}

/** What the events since an earlier overview may have changed in the past. */
async function lookedAt<State extends Judged, Event extends Content>(
  context: ReadContext<State, Event>,
  head: EventItem,
  log: KnownLog<State>,
  after: number,
): Promise<{ late: EventItem | undefined; inOrder: boolean }> {
  const items = await newest(context, head, log, after);
  const isChange = (item: EventItem) => isCorrection(context.domain, item);
  const outOfOrder = items.filter((item) => isBeforeOthers(item) || isChange(item));
  return {
    // A correction takes effect where its target does, whatever its own time is.
    late: outOfOrder.find((item) => isLate(item) || isChange(item)),
    inOrder: outOfOrder.length === 0 && after + items.length === log.version,
  };
}

const NOTHING: Earlier = { version: 0, firstEffectiveAt: null, lateAt: null };

async function nextEffectiveAt<State extends Judged, Event extends Content>(
  context: ReadContext<State, Event>,
  { streamId, version, highWaterMark }: KnownLog<State>,
  asOf: string,
): Promise<string | null> {
  if (highWaterMark <= asOf) return null;
  const range = { after: throughTime(asOf), before: LAST, version, limit: 4 };
  for await (const { event } of effectiveEvents(context, streamId, range)) return event.effectiveAt;
  return null;
}

/**
 * One stream as a row of a list. One request for a stream that has one new event in order, and nothing in the future.
 * @param earlier what is known of the stream already
 */
export async function overview<State extends Judged, Event extends Content>(
  context: ReadContext<State, Event>,
  now: string,
  streamId: string,
  earlier: Earlier = NOTHING,
): Promise<Overview<State> | undefined> {
  const head = await headItem(context.store, streamId);
  if (head === undefined) return undefined;
  const log = knownThrough(context.domain, head);
  const asOf = later(now, log.recordedAt);
  const current = await stateAtTime(context, log, asOf);
  const { late, inOrder } = await lookedAt(context, head, log, earlier.version);
  return {
    streamId,
    version: log.version,
    recordedAt: log.recordedAt,
    asOf,
    state: current?.state ?? null,
    lastEvent: current?.last ?? null,
    highWaterMark: log.highWaterMark,
    // Events in order come after the first one.
    firstEffectiveAt: (inOrder ? earlier.firstEffectiveAt : null) ?? (await firstEffectiveAt(context, log)),
    nextEffectiveAt: await nextEffectiveAt(context, log, asOf),
    lateAt: late?.recordedAt ?? earlier.lateAt,
  };
}

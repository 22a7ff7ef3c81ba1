/**
 * The items of a stream as they are stored, and what the log reads out of them. Their attribute names are a contract.
 *
 * Every attribute is a string or a number. What has parts (the event, its target, the states) is one attribute with
 * JSON text. The state machine hands items to DynamoDB, and Step Functions does not pass values inside of maps
 * reliably. Text is also smaller than a map, and faster to read. An attribute without a value is left out.
 */
import {
  assert,
  type Content,
  type Domain,
  type EventReference,
  type Judged,
  type Recorded,
  type StateAt,
} from '@hindsight/bitemporal';
import { encodeInvalidated, type Invalidated } from './validity';
import { UnreadableItemError } from './errors';
import {
  effectiveKey,
  eventKey,
  isListed,
  itemKey,
  positionKey,
  recordedKey,
  streamOf,
  tombstoneKey,
  type ItemKey,
} from './keys';

type Json = Readonly<Record<string, unknown>>;

/** `last` is left out if it is the event of the item itself. */
interface StoredStateAt {
  readonly state: Json;
  readonly last?: EventReference;
}

/** The target of a correction, as it was recorded. */
export type Target = Omit<EventReference, 'eventType' | 'correction'>;

export type EventItem = ItemKey & {
  /** The id of the event: the key of `byId`. */
  readonly idKey: string;
  /** The position at which the event counts; absent on retractions, which count nowhere. */
  readonly effectiveKey?: string;
  /** On every 32nd version (see `isListed`). */
  readonly recordedKey?: string;
  readonly version: number;
  readonly recordedAt: string;
  readonly effectiveAt: string;
  readonly recordedBy: string;
  /** The effective time that the event was sent with, if it was carried out of a closed period. */
  readonly carriedFrom?: string;
  /** JSON: the content as the client sent it, normalized; as the domain stores it, without the id. */
  readonly event: string;
  readonly hash: string;
  /** The digest of the batch that the hash includes (see `Keyed`). */
  readonly batch?: string;
  /** The first and the last version of its append; absent if the event was appended alone. */
  readonly first?: number;
  readonly last?: number;
  /** JSON of `Target`. */
  readonly target?: string;
  /** The position of the target before this correction; absent if it counted nowhere. */
  readonly movedFrom?: string;
  /** JSON of `StoredStateAt`: the state at the event's own position, as known through this version. */
  readonly at?: string;
  /** Likewise the latest state, as known through this version, if that is not `at`; `null`: nothing counts. */
  readonly tip?: string;
  /** The high-water mark: the latest effective time of any event so far, if that is not the event's own. */
  readonly high?: string;
  /** The invalidated intervals (validity.ts). */
  readonly stale?: string;
  /** The revision of the code that made the states. */
  readonly code: string;
};

export type TombstoneItem = ItemKey & {
  /** The position of the target until this correction; absent if it counted nowhere. */
  readonly effectiveKey?: string;
  readonly version: number;
  readonly target: number;
  /** The position of the target from now on; absent: nowhere. */
  readonly movedTo?: string;
};

/** @throws UnreadableItemError */
function parsed(item: ItemKey, attribute: string, text: unknown): unknown {
  if (typeof text === 'string') {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      // Damaged: the same as any other value that is not JSON.
    }
  }
  throw new UnreadableItemError(streamOf(item), item.sk, attribute);
}

/** The content of an event as the domain stores it, with its id. */
export type StoredContent = Json & { readonly eventId: string; readonly eventType: string };

export const storedContentOf = (item: EventItem): StoredContent => ({
  ...(parsed(item, 'event', item.event) as Json & { readonly eventType: string }),
  eventId: item.idKey,
});

export const targetOf = (item: EventItem): Target | undefined =>
  item.target === undefined ? undefined : (parsed(item, 'target', item.target) as Target);

/** Whether an event is the last one of its append. */
export const isLastOfAppend = ({ version, last = version }: EventItem): boolean => version === last;

/** The event of an item, as the domain reads it. */
const eventOf = <State extends Judged, Event extends Content>(
  domain: Domain<State, Event>,
  item: EventItem,
): Event => domain.codec.loadEvent(streamOf(item), storedContentOf(item));

/** What an item says at its position in effective time. */
export function contentOf<State extends Judged, Event extends Content>(
  domain: Domain<State, Event>,
  item: EventItem,
): Event {
  const event = eventOf(domain, item);
  return domain.correction(event)?.replacement ?? event;
}

/** The event that an item represents in effective time: itself, or the target that it replaces. */
export function referenceOf<State extends Judged, Event extends Content>(
  domain: Domain<State, Event>,
  item: EventItem,
): EventReference {
  const { version, recordedAt, recordedBy, effectiveAt } = item;
  const target = targetOf(item);
  if (target === undefined) {
    const { eventId, eventType } = storedContentOf(item);
    return { eventId, eventType, version, effectiveAt, recordedAt, recordedBy };
  }
  const content = contentOf(domain, item);
  return {
    eventId: target.eventId,
    eventType: content.eventType,
    version: target.version,
    effectiveAt: content.effectiveAt ?? target.effectiveAt,
    recordedAt: target.recordedAt,
    recordedBy: target.recordedBy,
    correction: version,
  };
}

function loadStateAt<State extends Judged, Event extends Content>(
  domain: Domain<State, Event>,
  item: EventItem,
  attribute: 'at' | 'tip',
): StateAt<State> {
  const stored = parsed(item, attribute, item[attribute]) as StoredStateAt;
  const { correction, ...last } = stored.last ?? referenceOf(domain, item);
  const { eventId, eventType, version, effectiveAt, recordedAt, recordedBy } = last;
  return {
    state: domain.codec.loadState(streamOf(item), stored.state),
    last: {
      ...{ eventId, eventType, version, effectiveAt, recordedAt, recordedBy },
      ...(correction !== undefined && { correction }),
    },
  };
}

/** `tip` if no event counts. */
const NOTHING_COUNTS = 'null';

/** The state at the item's own position; undefined if it was not worth storing. */
export const stateAtEvent = <State extends Judged, Event extends Content>(
  domain: Domain<State, Event>,
  item: EventItem,
): StateAt<State> | undefined => (item.at === undefined ? undefined : loadStateAt(domain, item, 'at'));

/** The latest state; null: nothing counts; undefined: not known from this item alone. */
export function latestOf<State extends Judged, Event extends Content>(
  domain: Domain<State, Event>,
  item: EventItem,
): StateAt<State> | null | undefined {
  if (item.tip === NOTHING_COUNTS) return null;
  if (item.tip !== undefined) return loadStateAt(domain, item, 'tip');
  return stateAtEvent(domain, item);
}

export const highWaterMarkOf = (item: EventItem): string => item.high ?? item.effectiveAt;

/** An event of the log, which always knows who recorded it. */
export type Logged<Event extends Content> = Recorded<Event>;

/** What the log adds to an event. */
export type Recording = Pick<
  EventItem,
  'version' | 'effectiveAt' | 'recordedAt' | 'recordedBy' | 'carriedFrom'
>;

/** An event as answers show it, the same when it is recorded as when it is read. */
export function recordedEvent<State extends Judged, Event extends Content>(
  { codec }: Domain<State, Event>,
  streamId: string,
  stored: StoredContent,
  { version, effectiveAt, recordedAt, recordedBy, carriedFrom }: Recording,
): Logged<Event> {
  const recorded = { eventId: stored.eventId, version, effectiveAt, recordedAt, recordedBy };
  return {
    ...codec.loadEvent(streamId, stored),
    ...recorded,
    ...(carriedFrom !== undefined && { carriedFrom }),
  };
}

export const recordedEventOf = <State extends Judged, Event extends Content>(
  domain: Domain<State, Event>,
  item: EventItem,
): Logged<Event> => recordedEvent(domain, streamOf(item), storedContentOf(item), item);

/** The content of an event as an item stores it. */
export function storedContent<State extends Judged, Event extends Content>(
  { codec }: Domain<State, Event>,
  sent: Sent<Event>,
): StoredContent {
  const stored = codec.storeEvent(sent) as StoredContent;
  assert(stored.eventId === sent.eventId, 'the domain stores the id of an event');
  return stored;
}

/** An event as a client sends it, with its id. */
export type Sent<Event extends Content> = Event & { readonly eventId: string };

/** An event about to be recorded, and what is known of its position. */
export interface NewEvent<Event extends Content> {
  readonly event: Logged<Event>;
  readonly sent: Sent<Event>;
  readonly hash: string;
  readonly batch?: string | undefined;
  readonly target?: Target;
  /** The position of the target before; null: nowhere. Only on corrections. */
  readonly movedFrom?: string | null;
  /** The position at which it counts; null: nowhere. */
  readonly position: string | null;
}

/** What is stored with an event of the log as known through it. */
export interface StoredStates<State> {
  readonly at?: StateAt<State>;
  readonly latest?: StateAt<State> | null | undefined;
  readonly highWaterMark: string;
  readonly invalidated: Invalidated;
}

/** The states that an item keeps: the one at its own position (`own` names the event there), and the latest. */
function storeStates<State extends Judged, Event extends Content>(
  { codec }: Domain<State, Event>,
  { at, latest }: StoredStates<State>,
  own: number,
): Pick<EventItem, 'at' | 'tip'> {
  const same = at && latest && positionKey(latest.last) === positionKey(at.last);
  const store = ({ state, last }: StateAt<State>): string => {
    const stored: StoredStateAt = { state: codec.storeState(state), ...(last.version !== own && { last }) };
    return JSON.stringify(stored);
  };
  if (same || latest === undefined) return { ...(at && { at: store(at) }) };
  return { ...(at && { at: store(at) }), tip: latest === null ? NOTHING_COUNTS : store(latest) };
}

/** The first and the last version of an append. */
export interface Extent {
  readonly first: number;
  readonly last: number;
}

/** The item of an event. */
export function eventItem<State extends Judged, Event extends Content>(
  domain: Domain<State, Event>,
  streamId: string,
  { event, sent, hash, batch, target, movedFrom, position }: NewEvent<Event>,
  { first, last, ...states }: StoredStates<State> & Extent,
): EventItem {
  const { version, recordedAt, effectiveAt, recordedBy, carriedFrom } = event;
  const { highWaterMark, invalidated } = states;
  const { eventId, ...content } = storedContent(domain, sent);
  return {
    ...itemKey(streamId, eventKey(version)),
    idKey: eventId,
    ...(position !== null && { effectiveKey: effectiveKey(position, version, 'event') }),
    ...(isListed(version) && { recordedKey: recordedKey(recordedAt, version) }),
    version,
    recordedAt,
    effectiveAt,
    recordedBy,
    ...(carriedFrom !== undefined && { carriedFrom }),
    event: JSON.stringify(content),
    hash,
    ...(batch !== undefined && { batch }),
    ...(first !== last && { first, last }),
    ...(target && { target: JSON.stringify(target) }),
    ...(movedFrom && { movedFrom }),
    ...storeStates(domain, states, target?.version ?? version),
    ...(highWaterMark !== effectiveAt && { high: highWaterMark }),
    ...(invalidated.length > 0 && { stale: encodeInvalidated(invalidated) }),
    code: domain.revision,
  };
}

/** Only corrections leave a tombstone. */
export function tombstoneItem<Event extends Content>(
  streamId: string,
  { event, target, movedFrom, position }: NewEvent<Event>,
): TombstoneItem | undefined {
  if (target === undefined || movedFrom === undefined) return undefined;
  const { version } = event;
  return {
    ...itemKey(streamId, tombstoneKey(target.version, version)),
    ...(movedFrom !== null && { effectiveKey: effectiveKey(movedFrom, version, 'tombstone') }),
    version,
    target: target.version,
    ...(position !== null && { movedTo: position }),
  };
}

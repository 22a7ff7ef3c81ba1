/** The items of a stream as they are stored, and what the log reads out of them. Their attribute names are a contract. */
import {
  assert,
  type Content,
  type Domain,
  type EventReference,
  type Judged,
  type Recorded,
  type StateAt,
} from '@hindsight/bitemporal';
import { encodeInvalidated, type Invalidated } from '../read/validity';
import {
  effectiveKey,
  eventKey,
  idKey,
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

export interface EventItem extends ItemKey {
  /** The position at which the event counts; absent on retractions, which count nowhere. */
  readonly effectiveKey?: string;
  /** On the last event of an append: those of one append are recorded at one moment, and become known together. */
  readonly recordedKey?: string;
  readonly version: number;
  readonly recordedAt: string;
  readonly effectiveAt: string;
  readonly recordedBy: string;
  /** The content as the client sent it, normalized; as the domain stores it. */
  readonly event: Json & { readonly eventId: string; readonly eventType: string };
  readonly hash: string;
  /** The digest of the batch that the hash includes (see `Keyed`). */
  readonly batch?: string;
  readonly target?: Target;
  /** The state at the event's own position, as known through this version. */
  readonly at?: StoredStateAt;
  /** The latest state, as known through this version, if that is not `at`; null: nothing counts. */
  readonly tip?: StoredStateAt | null | undefined;
  /** The high-water mark: the latest effective time of any event so far, if that is not the event's own. */
  readonly high?: string;
  /** The invalidated intervals (validity.ts). */
  readonly stale?: string;
  /** The revision of the code that made the states. */
  readonly code: string;
}

export interface IdItem extends ItemKey {
  readonly version: number;
  readonly hash: string;
}

export interface TombstoneItem extends ItemKey {
  /** The position of the target until this correction; absent if it counted nowhere. */
  readonly effectiveKey?: string;
  readonly version: number;
  readonly target: number;
  /** The position of the target from now on; null: nowhere. */
  readonly movedTo: string | null;
}

/** The event of an item, as the domain reads it. */
const eventOf = <State extends Judged, Event extends Content>(
  domain: Domain<State, Event>,
  item: EventItem,
): Event => domain.codec.loadEvent(streamOf(item), item.event);

/** What an item says at its position in effective time. */
export function contentOf<State extends Judged, Event extends Content>(
  domain: Domain<State, Event>,
  item: EventItem,
): Event {
  const event = eventOf(domain, item);
  return domain.correction(event)?.replacement ?? event;
}

/** The event that an item stands for in effective time: itself, or the target that it replaces. */
export function referenceOf<State extends Judged, Event extends Content>(
  domain: Domain<State, Event>,
  { target, ...item }: EventItem,
): EventReference {
  const { version, recordedAt, recordedBy, effectiveAt } = item;
  const { eventId, eventType } = item.event;
  if (target === undefined) return { eventId, eventType, version, effectiveAt, recordedAt, recordedBy };
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
  stored: StoredStateAt,
): StateAt<State> {
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

/** The state at the item's own position; undefined if it was not worth storing. */
export const stateAtEvent = <State extends Judged, Event extends Content>(
  domain: Domain<State, Event>,
  item: EventItem,
): StateAt<State> | undefined => item.at && loadStateAt(domain, item, item.at);

/** The latest state; null: nothing counts; undefined: not known from this item alone. */
export function latestOf<State extends Judged, Event extends Content>(
  domain: Domain<State, Event>,
  item: EventItem,
): StateAt<State> | null | undefined {
  if (item.tip === null) return null;
  const stored = item.tip ?? item.at;
  return stored && loadStateAt(domain, item, stored);
}

export const highWaterMarkOf = (item: EventItem): string => item.high ?? item.effectiveAt;

/** An event of the log, which always knows who recorded it. */
export type Logged<Event extends Content> = Recorded<Event>;

/** What the log adds to an event. */
export type Recording = Pick<EventItem, 'version' | 'effectiveAt' | 'recordedAt' | 'recordedBy'>;

/** An event as answers show it, the same when it is recorded as when it is read. */
export function recordedEvent<State extends Judged, Event extends Content>(
  { codec }: Domain<State, Event>,
  streamId: string,
  stored: EventItem['event'],
  { version, effectiveAt, recordedAt, recordedBy }: Recording,
): Logged<Event> {
  const { eventId } = stored;
  return { ...codec.loadEvent(streamId, stored), eventId, version, effectiveAt, recordedAt, recordedBy };
}

export const recordedEventOf = <State extends Judged, Event extends Content>(
  domain: Domain<State, Event>,
  item: EventItem,
): Logged<Event> => recordedEvent(domain, streamOf(item), item.event, item);

/** The content of an event as an item stores it. */
export function storedContent<State extends Judged, Event extends Content>(
  { codec }: Domain<State, Event>,
  sent: Sent<Event>,
): EventItem['event'] {
  const stored = codec.storeEvent(sent) as EventItem['event'];
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
  const store = ({ state, last }: StateAt<State>): StoredStateAt => ({
    state: codec.storeState(state),
    last,
  });
  const stored = at?.last.version === own ? { state: codec.storeState(at.state) } : at && store(at);
  return { ...(stored && { at: stored }), ...(!same && { tip: latest && store(latest) }) };
}

/** The item of an event. @param options `last`: it is the last event of its append */
export function eventItem<State extends Judged, Event extends Content>(
  domain: Domain<State, Event>,
  streamId: string,
  { event, sent, hash, batch, target, position }: NewEvent<Event>,
  { last, ...states }: StoredStates<State> & { readonly last: boolean },
): EventItem {
  const { version, recordedAt, effectiveAt, recordedBy } = event;
  const { highWaterMark, invalidated } = states;
  return {
    ...itemKey(streamId, eventKey(version)),
    ...(position !== null && { effectiveKey: effectiveKey(position, version, 'event') }),
    ...(last && { recordedKey: recordedKey(recordedAt, version) }),
    version,
    recordedAt,
    effectiveAt,
    recordedBy,
    event: storedContent(domain, sent),
    hash,
    ...(batch !== undefined && { batch }),
    ...(target && { target }),
    ...storeStates(domain, states, target?.version ?? version),
    ...(highWaterMark !== effectiveAt && { high: highWaterMark }),
    ...(invalidated.length > 0 && { stale: encodeInvalidated(invalidated) }),
    code: domain.revision,
  };
}

export function idItem<Event extends Content>(streamId: string, { event, hash }: NewEvent<Event>): IdItem {
  return { ...itemKey(streamId, idKey(event.eventId)), version: event.version, hash };
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
    movedTo: position,
  };
}

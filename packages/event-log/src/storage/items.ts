import { loadState } from '@hindsight/domain';
import {
  loadContent,
  storeContent,
  type ChangeContent,
  type EventContext,
  type EventReference,
  type ProductEvent,
  type ProductState,
  type RecordedEvent,
  type Snapshot,
} from '@hindsight/domain';
import { effectiveKey, eventKey, idKey, markKey, placeOf, recordedKey } from './keys';
import { encodeStale, type Stale } from '../read/validity';

type StoredState = Omit<ProductState, 'productId'>;
/** `last` is left out where it is the event of the item itself. */
interface StoredSnapshot {
  readonly state: StoredState;
  readonly last?: EventReference;
}

/** The target of a correction, as it was recorded. */
export type Target = Omit<EventReference, 'eventType'> & { readonly recordedBy: string };

type StoredContent = ChangeContent &
  Omit<EventContext, 'metadata'> & { readonly eventId: string; readonly metadata?: string };

export interface EventItem {
  readonly productId: string;
  readonly sk: string;
  /** Where the event counts; absent on retractions, which count nowhere. */
  readonly effectiveKey?: string;
  /** On the last event of an append: those of one append are recorded at one moment, and become known together. */
  readonly recordedKey?: string;
  readonly version: number;
  readonly recordedAt: string;
  readonly effectiveAt: string;
  readonly recordedBy: string;
  /** The content as the client sent it, normalised. */
  readonly event: StoredContent;
  readonly hash: string;
  /** The digest of the batch that the hash includes (see `Keyed`). */
  readonly batch?: string;
  readonly target?: Target;
  /** The state at the event's own place, as known through this version. */
  readonly at?: StoredSnapshot;
  /** The state after the last fact, as known through this version, where that is not `at`; null: nothing counts. */
  readonly tip?: StoredSnapshot | null | undefined;
  /** The latest effective time of any event so far, where that is not the event's own. */
  readonly high?: string;
  readonly stale?: string;
  /** Names the code that made the states. */
  readonly code: string;
}

export interface IdItem {
  readonly productId: string;
  readonly sk: string;
  readonly version: number;
  readonly hash: string;
}

export interface MarkItem {
  readonly productId: string;
  readonly sk: string;
  /** Where the target stood until this correction; absent where it stood nowhere. */
  readonly effectiveKey?: string;
  readonly version: number;
  readonly target: number;
  /** Where the target stands from now on; null: nowhere. */
  readonly movedTo: string | null;
}

const storeState = ({ productId, ...state }: ProductState): StoredState => state;

function storeSnapshot(snapshot: Snapshot, own?: number): StoredSnapshot {
  const { state, last } = snapshot;
  return last.version === own ? { state: storeState(state) } : { state: storeState(state), last };
}

/** The event that an item stands for in effective time: itself, or the target that it replaces. */
export function referenceOf(item: EventItem): EventReference {
  const { version, recordedAt } = item;
  const { eventId, eventType } = item.event;
  if (item.target === undefined)
    return { eventId, eventType, version, effectiveAt: item.effectiveAt, recordedAt };
  const replacement = item.event['replacement'] as ChangeContent | undefined;
  const effectiveAt = replacement?.effectiveAt ?? item.target.effectiveAt;
  const { eventId: targetId, version: targetVersion, recordedAt: since } = item.target;
  return {
    eventId: targetId,
    eventType: replacement?.eventType ?? eventType,
    version: targetVersion,
    effectiveAt,
    recordedAt: since,
  };
}

/** What an item says at its place in effective time. */
export const contentOf = (item: EventItem): ChangeContent =>
  loadContent((item.event['replacement'] as ChangeContent | undefined) ?? item.event);

function loadSnapshot(item: EventItem, stored: StoredSnapshot): Snapshot {
  const { eventId, eventType, version, effectiveAt, recordedAt } = stored.last ?? referenceOf(item);
  const last = { eventId, eventType, version, effectiveAt, recordedAt };
  return { state: loadState(item.productId, { ...stored.state }), last };
}

/** The state at the item's own place; undefined where it was not worth storing. */
export const snapshotAtEvent = (item: EventItem): Snapshot | undefined =>
  item.at && loadSnapshot(item, item.at);

/** The state after the last fact; null: nothing counts; undefined: not known from this item alone. */
export function tipOf(item: EventItem): Snapshot | null | undefined {
  if (item.tip === null) return null;
  const stored = item.tip ?? item.at;
  return stored && loadSnapshot(item, stored);
}

export const highOf = (item: EventItem): string => item.high ?? item.effectiveAt;

/** An event of the log, which always knows who recorded it. */
export type LoggedEvent = RecordedEvent & { readonly recordedBy: string };

/** What the log adds to an event. */
export type Recording = Pick<EventItem, 'version' | 'effectiveAt' | 'recordedAt' | 'recordedBy'>;

/** An event as answers show it: its fields in one order, when it is recorded as well as when it is read. */
export function recordedEvent(
  { productId, ...item }: Pick<EventItem, 'productId' | 'event'>,
  { version, effectiveAt, recordedAt, recordedBy }: Recording,
): LoggedEvent {
  const { eventId, ...rest } = item.event;
  const { eventType, ...content } = loadContent(rest);
  const names = { eventId, eventType, eventCategory: 'inventory' as const, productId };
  return { ...names, version, ...content, effectiveAt, recordedAt, recordedBy };
}

export const recordedEventOf = (item: EventItem): LoggedEvent => recordedEvent(item, item);

/** The content of an event as an item stores it. */
export const storedContent = ({ productId, eventCategory, ...content }: ProductEvent): StoredContent =>
  storeContent(content) as StoredContent;

/** Who recorded the event that an item stands for in effective time: its target, or itself. */
export const recordedByOf = ({ target, recordedBy }: EventItem): string => target?.recordedBy ?? recordedBy;

/** An event about to be recorded, and what is known of its place. */
export interface Entry {
  readonly event: LoggedEvent;
  readonly sent: ProductEvent;
  readonly hash: string;
  readonly batch?: string | undefined;
  readonly target?: Target;
  /** Where the target stood before; null: nowhere. Only on corrections. */
  readonly movedFrom?: string | null;
  /** Where it counts; null: nowhere. */
  readonly place: string | null;
}

export interface Footing {
  readonly at?: Snapshot;
  readonly tip?: Snapshot | null | undefined;
  readonly high: string;
  readonly stale: Stale;
  readonly code: string;
}

/** The states that an item keeps: at its own place (`own` names the event there), and the tip where it is another and known. */
function storeFooting({ at, tip }: Footing, own: number): Pick<EventItem, 'at' | 'tip'> {
  const same = at && tip && placeOf(tip.last) === placeOf(at.last);
  return {
    ...(at && { at: storeSnapshot(at, own) }),
    ...(!same && { tip: tip && storeSnapshot(tip) }),
  };
}

/** @param last whether it is the last event of its append */
export function eventItem(entry: Entry, footing: Footing, last: boolean): EventItem {
  const { event, sent, hash, batch, target, place } = entry;
  const { productId, version, recordedAt, effectiveAt, recordedBy } = event;
  const { high, stale, code } = footing;
  return {
    productId,
    sk: eventKey(version),
    ...(place !== null && { effectiveKey: effectiveKey(place, version, 'event') }),
    ...(last && { recordedKey: recordedKey(recordedAt, version) }),
    version,
    recordedAt,
    effectiveAt,
    recordedBy,
    event: storedContent(sent),
    hash,
    ...(batch !== undefined && { batch }),
    ...(target && { target }),
    ...storeFooting(footing, target?.version ?? version),
    ...(high !== effectiveAt && { high }),
    ...(stale.length > 0 && { stale: encodeStale(stale) }),
    code,
  };
}

export function idItem({ event, hash }: Entry): IdItem {
  return { productId: event.productId, sk: idKey(event.eventId), version: event.version, hash };
}

/** Only corrections leave a mark. */
export function markItem({ event, target, movedFrom, place }: Entry): MarkItem | undefined {
  if (target === undefined || movedFrom === undefined) return undefined;
  const { productId, version } = event;
  return {
    productId,
    sk: markKey(target.version, version),
    ...(movedFrom !== null && { effectiveKey: effectiveKey(movedFrom, version, 'mark') }),
    version,
    target: target.version,
    movedTo: place,
  };
}

/**
 * Names and formats of the table's keys. They are stored: a contract. Infrastructure imports `keySchema`.
 *
 * One product is one partition. Its items, by the prefix of `sk`:
 *
 * | sk                        | item                                                                        |
 * | ------------------------- | --------------------------------------------------------------------------- |
 * | `v#<version>`             | the event of that version, with the state that it led to; never changed     |
 * | `id#<eventId>`            | which version took that event id, and the hash of its content; never changed |
 * | `m#<target>#<version>`    | a correction's mark: its target stops counting where it stood               |
 * | `c#<place>`               | a checkpoint: a cache of states from that place on; may go at any moment    |
 *
 * `byEffective` lists events and marks by where they stand in effective time, `byRecorded` the last event of each
 * append by when it was recorded. A place is `<effectiveAt>#<version>`; text order is effective order.
 */
export const keySchema = {
  partitionKey: 'productId',
  sortKey: 'sk',
  byEffective: { name: 'byEffective', sortKey: 'effectiveKey', projection: 'ALL' },
  byRecorded: { name: 'byRecorded', sortKey: 'recordedKey', projection: 'KEYS_ONLY' },
} as const;

/** The key of an item. The stored name of the partition key says what the first streams were of. */
export interface ItemKey {
  readonly productId: string;
  readonly sk: string;
}

export const itemKey = (streamId: string, sk: string): ItemKey => ({ productId: streamId, sk });
export const streamOf = ({ productId }: ItemKey): string => productId;

/** Twelve digits: text order is number order up to 10^12 events a product. */
export const pad = (version: number): string => String(version).padStart(12, '0');

/** Sorts after every character that a key holds. */
export const LAST = '~';

export const eventKey = (version: number): string => `v#${pad(version)}`;
export const isEventKey = (sk: string): boolean => sk.startsWith('v#');
export const idKey = (eventId: string): string => `id#${eventId}`;
export const markPrefix = (target: number): string => `m#${pad(target)}#`;
export const markKey = (target: number, version: number): string => `${markPrefix(target)}${pad(version)}`;
export const checkpointKey = (place: string): string => `c#${place}`;

export { placeKey as placeOf } from '@hindsight/domain';

/**
 * The index key of an entry at a place: entries of one place come in the order of recording, and a
 * correction's mark (the target stops) before its replacement (it counts again) at the same place.
 */
export const effectiveKey = (place: string, version: number, kind: 'mark' | 'event'): string =>
  `${place}#${pad(version)}#${kind === 'mark' ? 0 : 1}`;

export const recordedKey = (recordedAt: string, version: number): string => `${recordedAt}#${pad(version)}`;

const TIME_LENGTH = 24;
const PLACE_LENGTH = TIME_LENGTH + 1 + 12;

export const placeIn = (key: string): string => key.slice(0, PLACE_LENGTH);
export const timeIn = (key: string): string => key.slice(0, TIME_LENGTH);
/** The version that a sort key of an event ends with. */
export const versionIn = (sk: string): number => Number(sk.slice(-12));

/** Bounds for index queries; no stored key equals any of them. */
export const afterPlace = (place: string): string => `${placeIn(place)}#${LAST}`;
export const throughTime = (time: string): string => `${time}#${LAST}`;

/**
 * Names and formats of the table's keys. They are stored: a contract. Infrastructure imports `keySchema`.
 *
 * One stream is one partition. Its items, by the prefix of `sk`:
 *
 * | sk                        | item                                                                          |
 * | ------------------------- | ----------------------------------------------------------------------------- |
 * | `v#<version>`             | the event of that version, with the state that it led to; never changed       |
 * | `m#<target>#<version>`    | the tombstone of a correction: its target stops counting at its old position  |
 *
 * Closings have partitions of their own (closings/): the register of what is closed, and the report of each closing.
 *
 * The summaries of a stream are caches in a partition of their own: the 10 GB of a partition are the log's. A stream
 * can't have its name, since ids do not begin with a blank.
 *
 * `byEffective` lists events and tombstones by their position in effective time, `byId` events by their ids, and
 * `byRecorded` every 32nd event by when it was recorded. A position is `<effectiveAt>#<version>`; text order is
 * effective order.
 */
export const keySchema = {
  partitionKey: 'productId',
  sortKey: 'sk',
  byEffective: { name: 'byEffective', sortKey: 'effectiveKey', projection: 'ALL' },
  byRecorded: { name: 'byRecorded', sortKey: 'recordedKey', projection: 'KEYS_ONLY' },
  byId: { name: 'byId', sortKey: 'idKey', projection: 'KEYS_ONLY' },
} as const;

/** The key of an item. The stored name of the partition key says what the first streams were of. */
export type ItemKey = {
  readonly productId: string;
  readonly sk: string;
};

/** Heartbeats, summaries and closings share the table. Their keys begin with a blank, which no stream's name does. */
export const isStream = (streamId: string): boolean => !streamId.startsWith(' ');

export const itemKey = (streamId: string, sk: string): ItemKey => ({ productId: streamId, sk });
export const streamOf = ({ productId }: ItemKey): string => productId;

const SUMMARIES = ' tree#';
/** The partition of a stream's summaries. */
export const summaryPartition = (streamId: string): string => `${SUMMARIES}${streamId}`;

/** The register of closings, and the report of each closing; permanent, like events. */
export const CLOSINGS = ' closings';
export const reportPartition = (closingId: string): string => ` closing#${closingId}`;

/** Twelve digits: text order is number order up to 10^12 events in a stream. */
export const pad = (version: number): string => String(version).padStart(12, '0');

/** Sorts after every character that a key holds. */
export const LAST = '~';

export const eventKey = (version: number): string => `v#${pad(version)}`;
export const isEventKey = (sk: string): boolean => sk.startsWith('v#');
export const tombstonePrefix = (target: number): string => `m#${pad(target)}#`;
export const tombstoneKey = (target: number, version: number): string =>
  `${tombstonePrefix(target)}${pad(version)}`;

export { positionKey } from '@hindsight/bitemporal';

/**
 * The index key of an entry at a position: entries of one position come in the order of recording, and a
 * correction's tombstone (the target stops) before its replacement (it counts again) at the same position.
 */
export const effectiveKey = (position: string, version: number, kind: 'tombstone' | 'event'): string =>
  `${position}#${pad(version)}#${kind === 'tombstone' ? 0 : 1}`;

export const recordedKey = (recordedAt: string, version: number): string => `${recordedAt}#${pad(version)}`;

/**
 * Every so many versions, an event is listed by its recorded time. Between two of them, versions are in the order of
 * recording, so a page of events finds any time. An index entry for each event would cost a write unit for each.
 */
export const LISTED_EVERY = 32;
export const isListed = (version: number): boolean => version % LISTED_EVERY === 0;

/** Keys in the order of the table: that of their bytes in UTF-8, which differs from that of JavaScript's strings. */
export const compareKeys = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

const TIME_LENGTH = 24;
const POSITION_LENGTH = TIME_LENGTH + 1 + 12;

export const positionIn = (key: string): string => key.slice(0, POSITION_LENGTH);
export const timeIn = (key: string): string => key.slice(0, TIME_LENGTH);
/** The version that a sort key of an event ends with. */
export const versionIn = (sk: string): number => Number(sk.slice(-12));

/** Bounds for index queries; no stored key equals any of them. */
export const afterPosition = (position: string): string => `${positionIn(position)}#${LAST}`;
export const throughTime = (time: string): string => `${time}#${LAST}`;

import { LAST, type ItemKey, type keySchema } from './keys';

/** An item as it is stored: its key, and further attributes, each a string or a number. */
export type StoredItem = ItemKey & Readonly<Record<string, string | number>>;

type Index = typeof keySchema.byEffective | typeof keySchema.byRecorded | typeof keySchema.byId;

/** One page of a partition or of one of its indexes, between two keys, both included. */
export interface Range {
  readonly index?: Index;
  /** Of an index that lists keys only: no more than these, without a look at the items. */
  readonly keysOnly?: boolean;
  readonly after: string;
  readonly before: string;
  readonly backward?: boolean;
  readonly limit?: number;
  /** `nextKey` of the page before. */
  readonly startKey?: PageKey;
}

/** Where the next page begins; only the store that made it reads it. */
export type PageKey = Readonly<Record<string, unknown>>;

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextKey?: PageKey;
}

/**
 * Everything that the log asks of its storage. A stream is one partition; its items have a sort key, and some of them
 * keys in two indexes (keys.ts). Every read is consistent: it sees each write that was acknowledged before it began.
 * Only `append` is atomic; a query may see an append half done.
 *
 * The contract is a test, `test/event-log/store-contract.test.ts`, and every implementation passes it.
 */
export interface Store {
  get<T>(streamId: string, sk: string): Promise<T | undefined>;
  /** At most 100 keys, in no order; items that do not exist are left out. */
  getAll<T>(streamId: string, keys: readonly string[]): Promise<T[]>;
  page<T>(streamId: string, range: Range): Promise<Page<T>>;
  /** All pages of a range, one in memory at a time. */
  pages<T>(streamId: string, range: Range): AsyncGenerator<readonly T[]>;
  /**
   * Stores all of the items or none, on the condition that each of their keys is new. One item is one conditional put;
   * several, of one stream or of more, are a transaction. An append that is repeated, by the caller or on the way to
   * the storage, loses the race against itself: a writer that lost a race looks for the ids of the events in the log.
   * @throws StoreUnavailableError, StreamFullError, StoreFailedError
   */
  append(items: readonly StoredItem[]): Promise<'stored' | 'lost race'>;
  /** Puts and deletes items that anybody may rewrite at any time. Not atomic: a part may be done when it throws. */
  replaceCaches(streamId: string, puts: readonly StoredItem[], deletes: readonly string[]): Promise<void>;
  /** Every item of a stream in the order of its sort key, a page in memory at a time. */
  partition<T>(streamId: string): AsyncGenerator<T>;
  /** Every stream that has an item, each once. */
  partitions(): AsyncGenerator<string>;
  /** @throws if the storage does not answer or does not exist */
  ping(): Promise<void>;
}

/** Keys of one `getAll`, at most. */
export const KEYS_LIMIT = 100;

/** Items of one append, at most, as DynamoDB limits a transaction. */
export const APPEND_LIMIT = 100;

/** Every key of a kind lies between these. */
export const within = (prefix: string) => ({ after: prefix, before: `${prefix}${LAST}` });

import { assert } from '@hindsight/bitemporal';
import { isStream, keySchema, streamOf } from './keys';
import {
  APPEND_LIMIT,
  KEYS_LIMIT,
  type Page,
  type PageKey,
  type Range,
  type Store,
  type StoredItem,
} from './store';

/** Items of one page, if the caller does not ask for fewer: small, so that tests see more than one page. */
const PAGE = 100;

const { partitionKey, sortKey, byEffective, byRecorded, byId } = keySchema;
const INDEXES = [sortKey, byEffective.sortKey, byRecorded.sortKey, byId.sortKey] as const;
type IndexName = (typeof INDEXES)[number];

/** Text whose order is that of the bytes of a key, as a table orders them. */
const ordered = (key: string): string => Buffer.from(key).toString('latin1');
/** Entries of an index are in the order of its key; the sort keys of their items tell equal ones apart. */
const entryOf = (key: string, sk: string): string => `${ordered(key)}\0${ordered(sk)}`;
const LAST_ENTRY = '\0\xff';

/** Items in the order of their entries. */
class Index {
  readonly #entries: string[] = [];
  readonly #items = new Map<string, StoredItem>();

  /** The number of entries below one. */
  #below(entry: string): number {
    let [low, high] = [0, this.#entries.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#entries[middle] as string) < entry) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  get(entry: string): StoredItem | undefined {
    return this.#items.get(entry);
  }

  put(entry: string, item: StoredItem): void {
    if (!this.#items.has(entry)) this.#entries.splice(this.#below(entry), 0, entry);
    this.#items.set(entry, item);
  }

  delete(entry: string): void {
    if (this.#items.delete(entry)) this.#entries.splice(this.#below(entry), 1);
  }

  /** At most `count` entries between two texts that are no entries. */
  between(low: string, high: string, { backward = false, count = Infinity }): readonly string[] {
    const [first, end] = [this.#below(low), this.#below(high)];
    return backward
      ? this.#entries.slice(Math.max(first, end - count), end).reverse()
      : this.#entries.slice(first, Math.min(end, first + count));
  }
}

/** The entries of an item by index. */
const entriesOf = (item: StoredItem): [IndexName, string][] =>
  INDEXES.flatMap((name) => {
    const key = item[name];
    return typeof key === 'string' ? [[name, entryOf(key, item.sk)]] : [];
  });

class Partition {
  readonly indexes: Readonly<Record<IndexName, Index>> = {
    sk: new Index(),
    effectiveKey: new Index(),
    recordedKey: new Index(),
    idKey: new Index(),
  };

  get(sk: string): StoredItem | undefined {
    return this.indexes.sk.get(entryOf(sk, sk));
  }

  put(item: StoredItem): void {
    this.delete(item.sk);
    const given: [string, unknown][] = Object.entries(item);
    const stored = given.filter(([, value]) => value !== undefined);
    for (const [name, value] of stored)
      assert(typeof value === 'string' || typeof value === 'number', `${name} is a string or a number`);
    const copy = Object.fromEntries(stored) as StoredItem;
    for (const [name, entry] of entriesOf(copy)) this.indexes[name].put(entry, copy);
  }

  delete(sk: string): void {
    const item = this.get(sk);
    for (const [name, entry] of item ? entriesOf(item) : []) this.indexes[name].delete(entry);
  }
}

/** The keys of an item, as an index lists it. */
const keysOf = (item: StoredItem, name: IndexName): StoredItem => ({
  [partitionKey]: item[partitionKey],
  [sortKey]: item[sortKey],
  [name]: item[name] ?? '',
});

/** The log in the memory of this process, for tests and simulations. Every operation is one step. */
class MemoryStore implements Store {
  readonly #partitions = new Map<string, Partition>();

  #partition(streamId: string): Partition {
    const partition = this.#partitions.get(streamId) ?? new Partition();
    this.#partitions.set(streamId, partition);
    return partition;
  }

  get<T>(streamId: string, sk: string): Promise<T | undefined> {
    const item = this.#partitions.get(streamId)?.get(sk);
    return Promise.resolve((item && { ...item }) as T | undefined);
  }

  async getAll<T>(streamId: string, keys: readonly string[]): Promise<T[]> {
    assert(keys.length <= KEYS_LIMIT, `at most ${KEYS_LIMIT} keys are read at once`);
    const found = await Promise.all(keys.map((sk) => this.get<T>(streamId, sk)));
    return found.filter((item) => item !== undefined);
  }

  page<T>(
    streamId: string,
    { index: of, keysOnly, after, before, startKey, ...range }: Range,
  ): Promise<Page<T>> {
    const name = of?.sortKey ?? sortKey;
    const index = this.#partitions.get(streamId)?.indexes[name];
    if (index === undefined) return Promise.resolve({ items: [] });
    const { backward = false, limit = PAGE } = range;
    // The last entry of the page before; a character more is past it.
    const passed = startKey?.['passed'] as string | undefined;
    const low = backward || passed === undefined ? ordered(after) : `${passed}\0`;
    const high = backward && passed !== undefined ? passed : `${ordered(before)}${LAST_ENTRY}`;
    const entries = index.between(low, high, { backward, count: limit });
    const nextKey: PageKey | undefined = entries.length === limit ? { passed: entries.at(-1) } : undefined;
    const items = entries.flatMap((entry) => index.get(entry) ?? []);
    const found = items.map((item) => (keysOnly ? keysOf(item, name) : { ...item }));
    return Promise.resolve({ items: found as T[], ...(nextKey && { nextKey }) });
  }

  async *pages<T>(streamId: string, range: Range): AsyncGenerator<readonly T[]> {
    for (let startKey: PageKey | undefined; ;) {
      const { items, nextKey } = await this.page<T>(streamId, { ...range, ...(startKey && { startKey }) });
      yield items;
      if (nextKey === undefined) return;
      startKey = nextKey;
    }
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- what it asserts is a rejection
  async append(items: readonly StoredItem[]): Promise<'stored' | 'lost race'> {
    assert(items.length > 0 && items.length <= APPEND_LIMIT, `an append has 1 to ${APPEND_LIMIT} items`);
    if (items.some((item) => this.#partition(streamOf(item)).get(item.sk))) return 'lost race';
    for (const item of items) this.#partition(streamOf(item)).put(item);
    return 'stored';
  }

  replaceCaches(streamId: string, puts: readonly StoredItem[], deletes: readonly string[]): Promise<void> {
    const partition = this.#partition(streamId);
    for (const item of puts) partition.put(item);
    for (const sk of deletes) partition.delete(sk);
    return Promise.resolve();
  }

  async *partition<T>(streamId: string): AsyncGenerator<T> {
    for await (const items of this.pages<T>(streamId, { after: ' ', before: '~~' })) yield* items;
  }

  async *partitions(): AsyncGenerator<string> {
    for (const [streamId, { indexes }] of [...this.#partitions]) {
      const isEmpty = indexes.sk.between('', '\xff', { count: 1 }).length === 0;
      if (!isEmpty && isStream(streamId)) yield await Promise.resolve(streamId);
    }
  }

  ping(): Promise<void> {
    return Promise.resolve();
  }
}

export const createMemoryStore = (): Store => new MemoryStore();

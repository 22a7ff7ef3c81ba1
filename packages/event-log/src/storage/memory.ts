import { assert } from '@hindsight/bitemporal';
import { StoreFailedError } from './errors';
import { keySchema, streamOf } from './keys';
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

type KeyName =
  typeof keySchema.sortKey | typeof keySchema.byEffective.sortKey | typeof keySchema.byRecorded.sortKey;
const KEY_NAMES: readonly KeyName[] = [
  keySchema.sortKey,
  keySchema.byEffective.sortKey,
  keySchema.byRecorded.sortKey,
];

/** An item, and its keys in the table and in its indexes. */
interface Kept {
  readonly keys: Partial<Record<KeyName, string | undefined>>;
  /** JSON: nobody shares an object with the store, as nobody shares one with a table. */
  readonly text: string;
}

/** Keys in order, each with its item. */
class Index {
  readonly #keys: string[] = [];
  readonly #items = new Map<string, Kept>();

  /** The number of keys below one. */
  #below(key: string): number {
    let [low, high] = [0, this.#keys.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#keys[middle] as string) < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  get(key: string): Kept | undefined {
    return this.#items.get(key);
  }

  put(key: string, item: Kept): void {
    if (!this.#items.has(key)) this.#keys.splice(this.#below(key), 0, key);
    this.#items.set(key, item);
  }

  delete(key: string): void {
    if (this.#items.delete(key)) this.#keys.splice(this.#below(key), 1);
  }

  /** At most `count` keys from `low` to `high`, both included. */
  between(low: string, high: string, { backward = false, count = Infinity }): readonly string[] {
    const [first, end] = [this.#below(low), this.#below(high) + (this.#items.has(high) ? 1 : 0)];
    return backward
      ? this.#keys.slice(Math.max(first, end - count), end).reverse()
      : this.#keys.slice(first, Math.min(end, first + count));
  }
}

class Partition {
  readonly indexes: Readonly<Record<KeyName, Index>> = {
    sk: new Index(),
    effectiveKey: new Index(),
    recordedKey: new Index(),
  };

  put(item: StoredItem): void {
    this.delete(item.sk);
    const { sk, effectiveKey, recordedKey } = item as Partial<Record<KeyName, string>>;
    const keys = { sk, effectiveKey, recordedKey };
    const kept: Kept = { keys, text: JSON.stringify(item) };
    for (const name of KEY_NAMES) {
      const key = keys[name];
      if (key !== undefined) this.indexes[name].put(key, kept);
    }
  }

  delete(sk: string): void {
    const keys: Kept['keys'] = this.indexes.sk.get(sk)?.keys ?? {};
    for (const name of KEY_NAMES) this.indexes[name].delete(keys[name] ?? '');
  }
}

const read = (kept: Kept | undefined): unknown => kept && JSON.parse(kept.text);

/** The log in the memory of this process, for tests and simulations. Every operation is one step. */
class MemoryStore implements Store {
  readonly #partitions = new Map<string, Partition>();
  /** By token, what an append stored. */
  readonly #appended = new Map<string, string>();

  #partition(streamId: string): Partition {
    const partition = this.#partitions.get(streamId) ?? new Partition();
    this.#partitions.set(streamId, partition);
    return partition;
  }

  get<T>(streamId: string, sk: string): Promise<T | undefined> {
    return Promise.resolve(read(this.#partitions.get(streamId)?.indexes.sk.get(sk)) as T | undefined);
  }

  async getAll<T>(streamId: string, keys: readonly string[]): Promise<T[]> {
    assert(keys.length <= KEYS_LIMIT, `at most ${KEYS_LIMIT} keys are read at once`);
    const found = await Promise.all(keys.map((sk) => this.get<T>(streamId, sk)));
    return found.filter((item) => item !== undefined);
  }

  page<T>(streamId: string, { index, after, before, startKey, ...range }: Range): Promise<Page<T>> {
    const items = this.#partitions.get(streamId)?.indexes[index?.sortKey ?? keySchema.sortKey];
    if (items === undefined) return Promise.resolve({ items: [] });
    const { backward = false, limit = PAGE } = range;
    const passed = startKey?.['passed'] as string | undefined;
    const [low, high] = backward ? [after, passed ?? before] : [passed ?? after, before];
    // The page before ended with the key that was passed.
    const keys = items
      .between(low, high, { backward, count: limit + 1 })
      .filter((key) => key !== passed)
      .slice(0, limit);
    const nextKey: PageKey | undefined = keys.length === limit ? { passed: keys.at(-1) } : undefined;
    const found = keys.map((key) => read(items.get(key)));
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

  async append(items: readonly StoredItem[], token: string): Promise<'stored' | 'lost race'> {
    assert(items.length > 0 && items.length <= APPEND_LIMIT, `an append has 1 to ${APPEND_LIMIT} items`);
    const text = JSON.stringify(items);
    const earlier = this.#appended.get(token);
    if (earlier === text) return 'stored';
    if (earlier !== undefined) return Promise.reject(new StoreFailedError('the token names another append'));
    const isNew = (item: StoredItem) => !this.#partition(streamOf(item)).indexes.sk.get(item.sk);
    if (!items.every(isNew)) return 'lost race';
    for (const item of items) this.#partition(streamOf(item)).put(item);
    this.#appended.set(token, text);
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
      if (indexes.sk.between('', '~~', { count: 1 }).length > 0) yield await Promise.resolve(streamId);
    }
  }

  ping(): Promise<void> {
    return Promise.resolve();
  }
}

export const createMemoryStore = (): Store => new MemoryStore();

import type { Page, Range, Store, StoredItem } from '@hindsight/event-log';

/** What some work asked of a store, by DynamoDB's rules. */
export interface Usage {
  readonly reads: number;
  readonly readUnits: number;
  readonly writes: number;
  readonly writeUnits: number;
}

const NONE: Usage = { reads: 0, readUnits: 0, writes: 0, writeUnits: 0 };
const KB = 1024;

/** By DynamoDB's rules: the names of the attributes, and their values; a number takes about half a byte a digit. */
const sizeOf = (item: unknown): number =>
  Object.entries(item as Readonly<Record<string, string | number>>).reduce((size, [name, value]) => {
    const length =
      typeof value === 'number' ? 2 + Math.ceil(String(value).length / 2) : Buffer.byteLength(value);
    return size + Buffer.byteLength(name) + length;
  }, 0);
/** Consistent reads: a request of several items counts the sum of their sizes. */
const readUnits = (items: readonly unknown[]): number =>
  Math.max(1, Math.ceil(items.reduce<number>((sum, item) => sum + sizeOf(item), 0) / (4 * KB)));

/** The units of one item, its entries in the indexes included. */
function writeUnits(item: StoredItem): number {
  const { effectiveKey, recordedKey, idKey } = item;
  const keys = [recordedKey, idKey].filter((key) => key !== undefined).length;
  const units = Math.ceil(sizeOf(item) / KB);
  return units + (effectiveKey === undefined ? 0 : units) + keys;
}

/** Counts what passes through to a store. */
export class CountedStore implements Store {
  #used: Usage = NONE;

  constructor(readonly store: Store) {}

  async of(work: () => Promise<unknown>): Promise<Usage> {
    this.#used = NONE;
    await work();
    return this.#used;
  }

  #read(items: readonly unknown[], units = readUnits(items)): void {
    const { reads, readUnits: sum } = this.#used;
    this.#used = { ...this.#used, reads: reads + 1, readUnits: sum + units };
  }

  #write(items: readonly StoredItem[], factor: number): void {
    const { writes, writeUnits: sum } = this.#used;
    const units = items.reduce((total, item) => total + writeUnits(item), 0);
    this.#used = { ...this.#used, writes: writes + 1, writeUnits: sum + factor * units };
  }

  async get<T>(streamId: string, sk: string): Promise<T | undefined> {
    const item = await this.store.get<T>(streamId, sk);
    this.#read([item ?? {}]);
    return item;
  }

  async getAll<T>(streamId: string, keys: readonly string[]): Promise<T[]> {
    if (keys.length === 0) return [];
    const items = await this.store.getAll<T>(streamId, keys);
    // Each item of a BatchGetItem is rounded up by itself.
    this.#read(
      items,
      items.reduce<number>((sum, item) => sum + readUnits([item]), 0),
    );
    return items;
  }

  async page<T>(streamId: string, range: Range): Promise<Page<T>> {
    const page = await this.store.page<T>(streamId, range);
    this.#read(page.items);
    return page;
  }

  async *pages<T>(streamId: string, range: Range): AsyncGenerator<readonly T[]> {
    for await (const items of this.store.pages<T>(streamId, range)) {
      this.#read(items);
      yield items;
    }
  }

  append(items: readonly StoredItem[]): Promise<'stored' | 'lost race'> {
    this.#write(items, items.length === 1 ? 1 : 2);
    return this.store.append(items);
  }

  replaceCaches(streamId: string, puts: readonly StoredItem[], deletes: readonly string[]): Promise<void> {
    this.#write(puts, 1);
    return this.store.replaceCaches(streamId, puts, deletes);
  }

  partition<T>(streamId: string): AsyncGenerator<T> {
    return this.store.partition<T>(streamId);
  }

  partitions(): AsyncGenerator<string> {
    return this.store.partitions();
  }

  ping(): Promise<void> {
    return this.store.ping();
  }
}

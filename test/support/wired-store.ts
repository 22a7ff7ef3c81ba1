import type { Page, Range, Store, StoredItem } from '@hindsight/event-log';

/** A request on its way to a store. */
export interface StoreRequest {
  readonly operation: 'get' | 'getAll' | 'page' | 'append' | 'replaceCaches' | 'partitions' | 'ping';
  /** The items that an append writes. */
  readonly items?: readonly StoredItem[];
  /** The number of parts, if the request may be executed partially. */
  readonly size?: number;
}

/**
 * The possible fates of a request: delayed, refused, executed partially or twice, or its answer lost.
 * @param carryOut executes it now: all of it, or only its first parts
 */
export type Wire = <T>(request: StoreRequest, carryOut: (count?: number) => Promise<T>) => Promise<T>;

interface Part<T> {
  readonly done: readonly T[];
  readonly left: number;
}

/** The writes in one request, as in a BatchWriteItem. */
const WRITES_LIMIT = 25;

type Write = (store: Store) => Promise<void>;

/** A store behind a network, as a process sees it. A partially executed request is retried. */
class WiredStore implements Store {
  constructor(
    readonly store: Store,
    readonly wire: Wire,
  ) {}

  get<T>(streamId: string, sk: string): Promise<T | undefined> {
    return this.wire({ operation: 'get' }, () => this.store.get<T>(streamId, sk));
  }

  async getAll<T>(streamId: string, keys: readonly string[]): Promise<T[]> {
    const found: T[] = [];
    for (let left = keys; left.length > 0;) {
      const keysLeft = left;
      const request = { operation: 'getAll', size: keysLeft.length } as const;
      const part = await this.wire(request, async (count = keysLeft.length): Promise<Part<T>> => {
        const done = await this.store.getAll<T>(streamId, keysLeft.slice(0, count));
        return { done, left: keysLeft.length - count };
      });
      found.push(...part.done);
      left = keysLeft.slice(keysLeft.length - part.left);
    }
    return found;
  }

  page<T>(streamId: string, range: Range): Promise<Page<T>> {
    return this.wire({ operation: 'page' }, () => this.store.page<T>(streamId, range));
  }

  async *pages<T>(streamId: string, range: Range): AsyncGenerator<readonly T[]> {
    for (let { startKey } = range; ;) {
      const { items, nextKey } = await this.page<T>(streamId, { ...range, ...(startKey && { startKey }) });
      yield items;
      if (nextKey === undefined) return;
      startKey = nextKey;
    }
  }

  append(items: readonly StoredItem[]): Promise<'stored' | 'lost race'> {
    return this.wire({ operation: 'append', items }, () => this.store.append(items));
  }

  async replaceCaches(
    streamId: string,
    puts: readonly StoredItem[],
    deletes: readonly string[],
  ): Promise<void> {
    let left: Write[] = [
      ...puts.map(
        (item): Write =>
          (store) =>
            store.replaceCaches(streamId, [item], []),
      ),
      ...deletes.map(
        (sk): Write =>
          (store) =>
            store.replaceCaches(streamId, [], [sk]),
      ),
    ];
    while (left.length > 0) {
      const writes = left.slice(0, WRITES_LIMIT);
      const request = { operation: 'replaceCaches', size: writes.length } as const;
      const done = await this.wire(request, async (count = writes.length) => {
        await Promise.all(writes.slice(0, count).map((write) => write(this.store)));
        return count;
      });
      left = left.slice(done);
    }
  }

  async *partition<T>(streamId: string): AsyncGenerator<T> {
    for await (const items of this.pages<T>(streamId, { after: ' ', before: '~~' })) yield* items;
  }

  async *partitions(): AsyncGenerator<string> {
    const found = await this.wire({ operation: 'partitions' }, async () => {
      const streams: string[] = [];
      for await (const streamId of this.store.partitions()) streams.push(streamId);
      return streams;
    });
    yield* found;
  }

  ping(): Promise<void> {
    return this.wire({ operation: 'ping' }, () => this.store.ping());
  }
}

export const wiredStore = (store: Store, wire: Wire): Store => new WiredStore(store, wire);

import { StoreUnavailableError } from '../storage/errors';
import type { Page, Range, Store } from '../storage/store';

/** Items that one answer may look at, those that it looks at again included. */
const ITEMS_LIMIT = 2_000_000;

/**
 * A store for one answer that is made of many reads: what was read once is not read again, so all of the answer is of
 * one state of the log. It refuses to go on when the answer has looked at too many items: a history without summaries
 * would be folded again for every part of it.
 */
export class RememberingStore implements Store {
  readonly #read = new Map<string, Promise<unknown>>();
  #items = 0;
  /** What was asked of the store behind it. */
  requests = 0;

  constructor(readonly store: Store) {}

  get<T>(streamId: string, sk: string): Promise<T | undefined> {
    return this.#once(`get ${streamId} ${sk}`, () => this.store.get<T>(streamId, sk), 1);
  }

  getAll<T>(streamId: string, keys: readonly string[]): Promise<T[]> {
    const name = `all ${streamId} ${keys.join(' ')}`;
    return this.#once(name, () => this.store.getAll<T>(streamId, keys), keys.length);
  }

  async page<T>(streamId: string, range: Range): Promise<Page<T>> {
    const name = `page ${streamId} ${JSON.stringify(range)}`;
    const page = await this.#once(name, () => this.store.page<T>(streamId, range), 1);
    this.#count(page.items.length);
    return page;
  }

  async *pages<T>(streamId: string, range: Range): AsyncGenerator<readonly T[]> {
    let page = await this.page<T>(streamId, range);
    yield page.items;
    while (page.nextKey !== undefined) {
      page = await this.page<T>(streamId, { ...range, startKey: page.nextKey });
      yield page.items;
    }
  }

  append: Store['append'] = (items) => this.store.append(items);
  replaceCaches: Store['replaceCaches'] = (...args) => this.store.replaceCaches(...args);
  partition: Store['partition'] = (streamId) => this.store.partition(streamId);
  partitions: Store['partitions'] = () => this.store.partitions();
  ping: Store['ping'] = () => this.store.ping();

  #once<T>(name: string, read: () => Promise<T>, items: number): Promise<T> {
    this.#count(items);
    const known = this.#read.get(name);
    if (known !== undefined) return known as Promise<T>;
    this.requests += 1;
    const found = read();
    this.#read.set(name, found);
    return found;
  }

  #count(items: number): void {
    this.#items += items;
    if (this.#items > ITEMS_LIMIT)
      throw new StoreUnavailableError('the history has too few summaries yet; a repair makes them');
  }
}

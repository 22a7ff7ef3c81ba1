import { summaryPartition, type Store, type StoredItem } from '@hindsight/event-log';

/** The possible damage to a summary: it is deleted, truncated, written by other code, or replaced by an old one. */
export type Harm = 'delete' | 'truncate' | 'foreign' | 'restore';

type Summary = StoredItem & { readonly body: string; readonly code: string };

/** Damages the summaries of one product directly in the store, without the log's knowledge. */
export class Damage {
  readonly #seen: Summary[] = [];

  constructor(
    readonly store: Store,
    readonly productId: string,
  ) {}

  /** @param which index into those that exist, or that were seen; taken modulo their number */
  async do(how: Harm, which: number): Promise<void> {
    const items = await this.#summaries();
    this.#seen.push(...items);
    const from = how === 'restore' ? this.#seen : items;
    const item = from[which % Math.max(1, from.length)];
    if (item === undefined) return;
    const { body } = item;
    const truncated: Summary = { ...item, body: body.slice(0, -9) };
    if (how === 'restore') await this.#put(item);
    if (how === 'truncate') await this.#put(truncated);
    if (how === 'foreign') {
      const other: Summary = {
        ...item,
        body: body.replace(/[1-8]/g, '9'),
        code: 'another',
      };
      await this.#put(other);
    }
    if (how === 'delete') await this.store.replaceCaches(summaryPartition(this.productId), [], [item.sk]);
  }

  #put(item: StoredItem): Promise<void> {
    return this.store.replaceCaches(summaryPartition(this.productId), [item], []);
  }

  async #summaries(): Promise<Summary[]> {
    const items: Summary[] = [];
    for await (const item of this.store.partition<Summary>(summaryPartition(this.productId)))
      items.push(item);
    return items;
  }
}

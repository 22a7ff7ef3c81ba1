import type { Store, StoredItem } from '@hindsight/event-log';

/**
 * The possible damage to a snapshot: it is deleted, truncated, written by other code, or replaced by an old
 * one.
 */
export type Harm = 'delete' | 'truncate' | 'foreign' | 'restore';

type Snapshot = StoredItem & { readonly body: string; readonly code: string };

/** Damages the snapshots of one product directly in the store, without the log's knowledge. */
export class Damage {
  readonly #seen: Snapshot[] = [];

  constructor(
    readonly store: Store,
    readonly productId: string,
  ) {}

  /** @param which index into those that exist, or that were seen; taken modulo their number */
  async do(how: Harm, which: number): Promise<void> {
    const items = await this.#snapshots();
    this.#seen.push(...items);
    const from = how === 'restore' ? this.#seen : items;
    const item = from[which % Math.max(1, from.length)];
    if (item === undefined) return;
    const { body } = item;
    const truncated: Snapshot = { ...item, body: body.slice(0, -9) };
    if (how === 'restore') await this.#put(item);
    if (how === 'truncate') await this.#put(truncated);
    if (how === 'foreign') {
      const other: Snapshot = {
        ...item,
        body: body.replace(/"quantity":"/g, '"quantity":"9'),
        code: 'another',
      };
      await this.#put(other);
    }
    if (how === 'delete') await this.store.replaceCaches(this.productId, [], [item.sk]);
  }

  #put(item: StoredItem): Promise<void> {
    return this.store.replaceCaches(this.productId, [item], []);
  }

  async #snapshots(): Promise<Snapshot[]> {
    const items: Snapshot[] = [];
    const pages = this.store.pages<Snapshot>(this.productId, { after: 'c#', before: 'c#~' });
    for await (const page of pages) items.push(...page);
    return items;
  }
}

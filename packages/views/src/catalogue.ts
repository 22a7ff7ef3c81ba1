/**
 * The catalogue: one row a product, with its current state.
 *
 * A row is what the log answers for one product at one moment (`Overview`). It replaces an older one only: its rank is
 * the version, then the moment. So indexers may overtake each other, and a row never goes back.
 *
 * A row says when the next future event falls due. From then on the row is out of date without any new event: a reader
 * that meets it asks the log for the state, and the indexer refreshes it (`due`).
 *
 * The rows are spread over `SHARDS` views, which a list merges. A generation is one complete set of rows: a rebuild fills
 * the next generation while this one answers.
 */
import type { ProductState } from '@hindsight/domain';
import type { Overview } from './log';
import { compareKeys, pad, shardOf, SHARDS, sortable } from './keys';
import { everything, justAfter, LAST, pagesOf, type IndexName, type ViewKey, type ViewStore } from './store';

interface RowItem extends ViewKey {
  readonly rank: string;
  readonly byQuantity: string;
  readonly byChanged: string;
  /** The overview as JSON. */
  readonly row: string;
}

export type SortedBy = 'productId' | 'quantity' | 'changed';

export interface ListQuery {
  readonly sort: SortedBy;
  /** Only products whose id begins so, if sorted by it; otherwise the caller filters. */
  readonly prefix?: string;
  /** Only rows after this position in the order; `position` of an earlier row. */
  readonly after?: string;
}

/** A row and its position in the order of the list. */
export interface ListedRow {
  readonly row: Overview;
  readonly position: string;
}

const viewOf = (generation: number, shard: number): string => `rows#${generation}#${shard}`;
const dueView = (generation: number): string => `due#${generation}`;

const rankOf = ({ version, asOf }: Overview): string => `${pad(version)}#${asOf}`;

const quantityKey = (state: ProductState | null, productId: string): string =>
  `${state === null ? '~' : sortable(state.quantity)}#${productId}`;

function itemOf(generation: number, row: Overview): RowItem {
  const { productId, state, recordedAt } = row;
  return {
    view: viewOf(generation, shardOf(productId)),
    key: productId,
    rank: rankOf(row),
    byQuantity: quantityKey(state, productId),
    byChanged: `${recordedAt}#${productId}`,
    row: JSON.stringify(row),
  };
}

const rowOf = ({ row }: RowItem): Overview => JSON.parse(row) as Overview;

interface Order {
  readonly index?: IndexName;
  readonly backward: boolean;
  positionOf(item: RowItem): string;
}

/** Newest changes first; smallest quantities first. */
const orders: Readonly<Record<SortedBy, Order>> = {
  productId: { backward: false, positionOf: ({ key }) => key },
  quantity: { index: 'byQuantity', backward: false, positionOf: ({ byQuantity }) => byQuantity },
  changed: { index: 'byChanged', backward: true, positionOf: ({ byChanged }) => byChanged },
};

/** Rows of one shard in the first request of a list: a page of 50 needs about one request a shard. Later ones double. */
const FIRST = 12;
const PAGE = 200;

/** The rows of one shard, in their order, read as they are needed. */
class ShardCursor {
  #items: RowItem[] = [];
  #ended = false;
  #after: string | undefined;
  #atOnce = FIRST;

  constructor(
    readonly store: ViewStore,
    readonly view: string,
    readonly query: ListQuery,
  ) {
    this.#after = query.after;
  }

  async head(): Promise<RowItem | undefined> {
    while (this.#items.length === 0 && !this.#ended) await this.#read();
    return this.#items[0];
  }

  shift(): void {
    this.#items.shift();
  }

  async #read(): Promise<void> {
    const { sort, prefix } = this.query;
    const { index, backward, positionOf } = orders[sort];
    const bounds =
      prefix === undefined || sort !== 'productId'
        ? everything
        : { after: prefix, before: `${prefix}${LAST}` };
    const passed = this.#after;
    const end = passed !== undefined && backward ? { before: passed } : {};
    const start = passed !== undefined && !backward ? { after: justAfter(passed) } : {};
    const range = { ...bounds, ...start, ...end, backward, limit: this.#atOnce };
    const items = await this.store.page<RowItem>(this.view, { ...range, ...(index && { index }) });
    const last = items.at(-1);
    this.#ended = items.length < this.#atOnce;
    this.#atOnce = Math.min(2 * this.#atOnce, PAGE);
    if (last !== undefined) this.#after = positionOf(last);
    // Both bounds of a range are inclusive.
    this.#items = items.filter((item) => positionOf(item) !== passed);
  }
}

export class Catalogue {
  constructor(
    readonly store: ViewStore,
    readonly generation: number,
  ) {}

  /** Stores rows, each unless there is a newer one. */
  async update(rows: readonly Overview[]): Promise<void> {
    await Promise.all(
      rows.map(async (row) => {
        if (row.nextEffectiveAt !== null) await this.#plan(row.productId, row.nextEffectiveAt);
        await this.store.replace(itemOf(this.generation, row));
      }),
    );
  }

  /** Remembers that a row has to be refreshed. Before the row itself, so that none is forgotten. */
  async #plan(productId: string, dueAt: string): Promise<void> {
    await this.store.put([{ view: dueView(this.generation), key: `${dueAt}#${productId}` }]);
  }

  /** Products whose row may be out of date: a future event of theirs has fallen due. */
  async due(now: string, limit: number): Promise<{ productIds: readonly string[]; done(): Promise<void> }> {
    const range = { after: everything.after, before: `${now}#${LAST}`, limit };
    const items = await this.store.page<ViewKey>(dueView(this.generation), range);
    const productIds = items.map(({ key }) => key.slice(key.indexOf('#') + 1));
    return { productIds: [...new Set(productIds)], done: () => this.store.remove(items) };
  }

  async row(productId: string): Promise<Overview | undefined> {
    const [row] = await this.rows([productId]);
    return row;
  }

  /** Rows of some products, in no order; products without one are left out. */
  async rows(productIds: readonly string[]): Promise<Overview[]> {
    const keys = productIds.map((key) => ({ view: viewOf(this.generation, shardOf(key)), key }));
    return (await this.store.getAll<RowItem>(keys)).map(rowOf);
  }

  /** The rows in an order, one after another; a few of each shard in memory. */
  async *list(query: ListQuery): AsyncGenerator<ListedRow> {
    const { backward, positionOf } = orders[query.sort];
    const cursors = Array.from(
      { length: SHARDS },
      (_, shard) => new ShardCursor(this.store, viewOf(this.generation, shard), query),
    );
    for (;;) {
      const heads = await Promise.all(cursors.map(async (cursor) => ({ cursor, item: await cursor.head() })));
      const [first] = heads
        .flatMap(({ cursor, item }) =>
          item === undefined ? [] : [{ cursor, item, position: positionOf(item) }],
        )
        .sort((a, b) => compareKeys(a.position, b.position) * (backward ? -1 : 1));
      if (first === undefined) return;
      first.cursor.shift();
      yield { row: rowOf(first.item), position: first.position };
    }
  }

  /** Every row, shard by shard. */
  async *all(): AsyncGenerator<readonly Overview[]> {
    for (let shard = 0; shard < SHARDS; shard += 1) {
      const range = { ...everything, limit: PAGE };
      for await (const items of pagesOf<RowItem>(this.store, viewOf(this.generation, shard), range))
        yield items.map(rowOf);
    }
  }

  /** The rows of the products that changed after a time, oldest change first in each shard. */
  async *changedSince(time: string): AsyncGenerator<readonly Overview[]> {
    for (let shard = 0; shard < SHARDS; shard += 1) {
      let after = justAfter(`${time}#${LAST}`);
      for (let isMore = true; isMore;) {
        const range = { index: 'byChanged' as const, after, before: LAST, limit: PAGE };
        const items = await this.store.page<RowItem>(viewOf(this.generation, shard), range);
        const last = items.at(-1);
        isMore = last !== undefined && items.length === PAGE;
        if (last !== undefined) after = justAfter(last.byChanged);
        yield items.map(rowOf);
      }
    }
  }

  /** Deletes this generation. */
  async clear(): Promise<void> {
    const views = [
      dueView(this.generation),
      ...Array.from({ length: SHARDS }, (_, shard) => viewOf(this.generation, shard)),
    ];
    for (const view of views) {
      for await (const items of pagesOf(this.store, view, { ...everything, limit: PAGE }))
        await this.store.remove(items);
    }
  }
}

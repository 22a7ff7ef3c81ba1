import type { ProductState } from '@hindsight/domain';
import { millionths } from '@hindsight/bitemporal';
import { Catalogue, type ListQuery, type SortedBy } from './catalogue';
import { Control, type SetAside } from './control';
import { mayDiffer, type DifferingQuery } from './differing';
import { Feed } from './feed';
import { FeedReader, type FeedPage, type FeedQuery } from './feed-reader';
import type { InventoryLog, Overview } from './log';
import { stockOf, type StockPart, type StockQuery } from './stock';
import type { ViewStore } from './store';

/** A product as lists show it. */
export interface ProductRow {
  readonly productId: string;
  readonly version: number;
  readonly state: ProductState | null;
  /** The first effective time at which an event counts, and that of the last event that counts now. */
  readonly firstEffectiveAt: string | null;
  readonly lastEffectiveAt: string | null;
  /** When the newest event was recorded. */
  readonly changedAt: string;
  /** Whether an event of the last seven days changed the past. */
  readonly lateEvents: boolean;
  /** When the next future event takes effect. */
  readonly nextEffectiveAt: string | null;
}

export interface ProductQuery {
  readonly sort: SortedBy;
  readonly prefix?: string;
  /** A part of the name, in any case. */
  readonly name?: string;
  readonly statuses?: readonly ProductState['status'][];
  /** Only quantities below, or above, this decimal. */
  readonly below?: string;
  readonly above?: string;
  readonly limit: number;
  /** `next` of the page before. */
  readonly after?: string;
}

export interface ProductPage {
  readonly products: readonly ProductRow[];
  readonly next?: string;
}

const DAY_MS = 24 * 60 * 60 * 1000;
export const LATE_WINDOW_MS = 7 * DAY_MS;

/** Rows that one page may pass over while it looks for rows that match. */
const PASSED_OVER = 2000;

export interface ViewsOptions {
  readonly store: ViewStore;
  readonly log: InventoryLog;
  readonly clock?: () => Date;
  /** An event is committed at the latest this long after its recorded time, by any clock. Milliseconds. */
  readonly settleMs?: number;
  /** The number of ways on which heartbeats come (Control). */
  readonly slots?: number;
}

const SETTLE_MS = 30_000;

const isWithin = (quantity: string, { below, above }: ProductQuery): boolean =>
  (below === undefined || millionths(quantity) < millionths(below)) &&
  (above === undefined || millionths(quantity) > millionths(above));

/** The parts of a query that a state decides. */
function matches({ state, productId }: Overview, query: ProductQuery): boolean {
  const { prefix, name, statuses, below, above } = query;
  if (prefix !== undefined && !productId.startsWith(prefix)) return false;
  if (name === undefined && statuses === undefined && below === undefined && above === undefined) return true;
  if (state === null) return false;
  if (name !== undefined && !(state.name ?? '').toLowerCase().includes(name.toLowerCase())) return false;
  return (statuses === undefined || statuses.includes(state.status)) && isWithin(state.quantity, query);
}

/** What is known to be final. */
export interface Settled {
  /** What was known through this recorded time never changes again; absent: not known, the indexer has not said yet. */
  readonly through?: string;
}

/** Whether the views follow the log. */
export interface ViewsHealth {
  /** Everything that was committed this long ago is indexed; absent: not known. Milliseconds. */
  readonly lagMs?: number;
  /** Products that can't be indexed. */
  readonly setAside: number;
}

/** Whether an answer about what was known at a time can't change any more. */
export const isSettledAt = (knownAt: string, { through }: Settled): boolean =>
  through !== undefined && knownAt <= through;

/** The views for those who only read them. */
export interface ViewsReader {
  /** Through which recorded time the log is complete, and in the views. */
  settled(): Promise<Settled>;
  /** The products that can't be indexed. What was settled before stays so, and nothing else becomes it. */
  setAside(): Promise<readonly SetAside[]>;
  /** Whether what was known at a time never changes. */
  isSettled(knownAt: string): Promise<boolean>;
  /** The state of every product at one moment, as known at another, in the order of product ids. */
  stock(query: StockQuery, most?: number): AsyncIterable<StockPart>;
  /** The products whose answers to two questions may differ, in the order of their ids. */
  mayDiffer(query: DifferingQuery): AsyncIterable<string>;
  /** A page of the catalogue. Rows whose future events have fallen due ask the log. */
  products(query: ProductQuery): Promise<ProductPage>;
  /** Whether the catalogue shows a version of a product. */
  shows(productId: string, version: number): Promise<boolean>;
  /** Whether there is a product after one, in the order of product ids. */
  hasAfter(productId: string): Promise<boolean>;
  /** A page of the feed: every event of every product, in an order that never changes. */
  events(query: FeedQuery): Promise<FeedPage>;
  /** The position after the last event of the feed so far. */
  feedEnd(): Promise<string>;
  /** A number that grows with every addition to the feed. */
  feedHead(): Promise<number>;
}

export class Views implements ViewsReader {
  readonly #options: ViewsOptions;
  readonly #clock: () => Date;
  readonly control: Control;
  readonly feed: FeedReader;
  /** As far as this process knows: what was settled once stays so. */
  #settled: Settled = {};

  constructor(options: ViewsOptions) {
    this.#options = options;
    this.#clock = options.clock ?? (() => new Date());
    this.control = new Control(options.store);
    this.feed = new FeedReader(new Feed(options.store), options.log);
  }

  events(query: FeedQuery): Promise<FeedPage> {
    return this.feed.page(query);
  }

  async settled(): Promise<Settled> {
    const { settleMs = SETTLE_MS, slots = 1 } = this.#options;
    const [indexed, aside] = await Promise.all([this.control.indexedThrough(slots), this.setAside()]);
    // A product that is set aside lacks what was committed since: what was settled before stays so.
    const known = [indexed, ...aside.map(({ indexedThrough }) => indexedThrough)];
    if (!known.every((time) => time !== undefined)) return {};
    const least = known.reduce((a, b) => (a < b ? a : b));
    return { through: new Date(Date.parse(least) - settleMs).toISOString() };
  }

  async health(): Promise<ViewsHealth> {
    const [indexed, aside] = await Promise.all([
      this.control.indexedThrough(this.#options.slots ?? 1),
      this.setAside(),
    ]);
    const lagMs = indexed === undefined ? undefined : this.#clock().getTime() - Date.parse(indexed);
    return { ...(lagMs !== undefined && { lagMs: Math.max(0, lagMs) }), setAside: aside.length };
  }

  async isSettled(knownAt: string): Promise<boolean> {
    if (isSettledAt(knownAt, this.#settled)) return true;
    const settled = await this.settled();
    if (settled.through !== undefined) this.#settled = settled;
    return isSettledAt(knownAt, settled);
  }

  setAside(): Promise<readonly SetAside[]> {
    return this.control.allSetAside();
  }

  async *stock(query: StockQuery, most?: number): AsyncGenerator<StockPart> {
    yield* stockOf(await this.catalogue(), this.#options.log, query, most);
  }

  async *mayDiffer(query: DifferingQuery): AsyncGenerator<string> {
    yield* mayDiffer(await this.catalogue(), query);
  }

  async hasAfter(productId: string): Promise<boolean> {
    const list = (await this.catalogue()).list({ sort: 'productId', after: productId });
    return (await list.next()).done !== true;
  }

  feedEnd(): Promise<string> {
    return this.feed.end();
  }

  feedHead(): Promise<number> {
    return this.feed.head();
  }

  async catalogue(): Promise<Catalogue> {
    return new Catalogue(this.#options.store, (await this.control.generations()).current);
  }

  async products(query: ProductQuery): Promise<ProductPage> {
    const { sort, prefix, after, limit } = query;
    const list: ListQuery = { sort, ...(prefix !== undefined && { prefix }), ...(after && { after }) };
    const products: ProductRow[] = [];
    let passedOver = 0;
    let last: string | undefined;
    for await (const { row, position } of (await this.catalogue()).list(list)) {
      if (last !== undefined && (products.length === limit || passedOver === PASSED_OVER))
        return { products, next: last };
      last = position;
      const now = await this.#upToDate(row);
      if (matches(now, query)) products.push(this.#rowOf(now));
      else passedOver += 1;
    }
    return { products };
  }

  async shows(productId: string, version: number): Promise<boolean> {
    const row = await (await this.catalogue()).row(productId);
    return row !== undefined && row.version >= version;
  }

  async #upToDate(row: Overview): Promise<Overview> {
    const { productId, nextEffectiveAt } = row;
    if (nextEffectiveAt === null || nextEffectiveAt > this.#clock().toISOString()) return row;
    return (await this.#options.log.overview(productId, row)) ?? row;
  }

  #rowOf({ productId, version, state, lastEvent, recordedAt, lateAt, ...row }: Overview): ProductRow {
    const { firstEffectiveAt, nextEffectiveAt } = row;
    const lateSince = new Date(this.#clock().getTime() - LATE_WINDOW_MS).toISOString();
    return {
      ...{ productId, version, state, firstEffectiveAt },
      lastEffectiveAt: lastEvent?.effectiveAt ?? null,
      changedAt: recordedAt,
      lateEvents: lateAt !== null && lateAt >= lateSince,
      nextEffectiveAt,
    };
  }
}

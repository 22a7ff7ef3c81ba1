/**
 * The indexer: keeps the feed and the catalogue up to date with the log.
 *
 * It is told which products have changed, and by nothing but that: for each of them it reads the log's newest version and
 * brings the views there. So it does not matter whether the stream of changes repeats a product, reorders or loses
 * records in between: the next one brings everything that is missing.
 *
 * Three steps, and the process may end after each of them: the feed (feed.ts), the rows, and whatever the caller writes
 * down as done. Repeating a step changes nothing.
 *
 * A product whose log can't be read by this code (an event of a type that newer code wrote, damage) is set aside: it is
 * listed, reported, and retried whenever it changes and with every `retry`. All others go on. Errors of the storage are
 * no reason to set a product aside: they are thrown, and the caller repeats the whole call.
 */
import { Catalogue } from './catalogue';
import { Control } from './control';
import { CHUNK, Feed } from './feed';
import type { InventoryLog, Overview } from './log';
import type { ViewStore } from './store';

export interface IndexerOptions {
  readonly store: ViewStore;
  readonly log: Pick<InventoryLog, 'overview'>;
  readonly clock?: () => Date;
  readonly onSetAside?: (productId: string, error: unknown) => void;
}

/** Errors of the storage or of the way to it; they pass. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (
    '$metadata' in error ||
    'code' in error ||
    ['StoreUnavailable', 'StoreUnavailableError', 'TimeoutError', 'AbortError'].includes(error.name)
  );
}

/** Products whose logs are read at once. */
const AT_ONCE = 32;
/** Rows that have fallen due, in one step. */
const DUE = 100;

export class Indexer {
  readonly feed: Feed;
  readonly control: Control;
  readonly #options: IndexerOptions;
  readonly #clock: () => Date;
  /** Products that are known to be set aside. */
  readonly #aside = new Set<string>();

  constructor(options: IndexerOptions) {
    this.#options = options;
    this.#clock = options.clock ?? (() => new Date());
    this.feed = new Feed(options.store);
    this.control = new Control(options.store);
  }

  /** Brings the views of some products to the end of the log. Any number of them; each may be named more than once. */
  async index(productIds: Iterable<string>): Promise<void> {
    const all = [...new Set(productIds)];
    for (let first = 0; first < all.length; first += CHUNK) {
      const { current, building } = await this.control.generations();
      const catalogue = new Catalogue(this.#options.store, current);
      const some = all.slice(first, first + CHUNK);
      const overviews = await this.#overviews(some, await catalogue.rows(some));
      await this.feed.extend(new Map(overviews.map(({ productId, version }) => [productId, version])));
      await catalogue.update(overviews);
      if (building !== undefined) await new Catalogue(this.#options.store, building).update(overviews);
    }
  }

  /** Makes rows of one generation anew, without the help of the ones that there are. */
  async make(generation: number, productIds: readonly string[]): Promise<void> {
    for (let first = 0; first < productIds.length; first += CHUNK) {
      const overviews = await this.#overviews(productIds.slice(first, first + CHUNK), []);
      await this.feed.extend(new Map(overviews.map(({ productId, version }) => [productId, version])));
      await new Catalogue(this.#options.store, generation).update(overviews);
    }
  }

  /** Refreshes the rows whose future events have fallen due. @returns how many products there were */
  async refreshDue(): Promise<number> {
    const { current } = await this.control.generations();
    const catalogue = new Catalogue(this.#options.store, current);
    const { productIds, done } = await catalogue.due(this.#clock().toISOString(), DUE);
    if (productIds.length === 0) return 0;
    await this.index(productIds);
    await done();
    return productIds.length;
  }

  /** Tries again to index the products that are set aside. @returns those that still are */
  async retry(): Promise<readonly string[]> {
    const aside = await this.control.allSetAside();
    for (const { productId } of aside) this.#aside.add(productId);
    if (aside.length > 0) await this.index(aside.map(({ productId }) => productId));
    return [...this.#aside];
  }

  async #overviews(productIds: readonly string[], known: readonly Overview[]): Promise<Overview[]> {
    const rows = new Map(known.map((row) => [row.productId, row]));
    const overviews: Overview[] = [];
    for (let first = 0; first < productIds.length; first += AT_ONCE) {
      const some = productIds.slice(first, first + AT_ONCE);
      const found = await Promise.all(
        some.map((productId) => this.#overview(productId, rows.get(productId))),
      );
      overviews.push(...found.filter((overview) => overview !== undefined));
    }
    return overviews;
  }

  /** Undefined: the product has no events, or is set aside. */
  async #overview(productId: string, earlier: Overview | undefined): Promise<Overview | undefined> {
    try {
      const overview = await this.#options.log.overview(productId, earlier);
      if (this.#aside.delete(productId)) await this.control.takeBack([productId]);
      return overview;
    } catch (error) {
      if (isPassing(error)) throw error;
      this.#aside.add(productId);
      const reason = error instanceof Error ? error.name : 'Error';
      await this.control.setAside({ productId, since: this.#clock().toISOString(), reason });
      this.#options.onSetAside?.(productId, error);
      return undefined;
    }
  }
}

/** The key of an item: items of one view are sorted by `key`, in the order of its bytes in UTF-8. */
export interface ViewKey {
  readonly view: string;
  readonly key: string;
}

/** An item that replaces an older one only: the greater rank, in text order, is the newer. */
export interface Ranked extends ViewKey {
  readonly rank: string;
}

/** Attributes that have an index of their own, inside one view. An item without the attribute is not in its index. */
export const indexes = ['byQuantity', 'byChanged'] as const;

export type IndexName = (typeof indexes)[number];

/** A part of a view, or of one of its indexes, between two texts, both inclusive. */
export interface ViewRange {
  readonly index?: IndexName;
  readonly after: string;
  readonly before: string;
  readonly backward?: boolean;
  readonly limit: number;
}

/**
 * Everything that the views ask of their storage. They are derived from the log: safe to delete, and rebuilt from it.
 * Every read is consistent. No operation is atomic over several items; the order of writes makes the views right
 * (feed.ts, catalogue.ts). The contract is a test, `test/views/store-contract.test.ts`.
 */
export interface ViewStore {
  get<T>(item: ViewKey): Promise<T | undefined>;
  /** In no order; items that do not exist are left out. */
  getAll<T>(items: readonly ViewKey[]): Promise<T[]>;
  /** The first items of a range: fewer than `limit` only if there are no more. */
  page<T>(view: string, range: ViewRange): Promise<T[]>;
  /** Stores an item whose key is new. @returns false if there is one already */
  create(item: ViewKey): Promise<boolean>;
  /** Stores an item unless there is one of the same rank or a greater one. @returns whether it was stored */
  replace(item: Ranked): Promise<boolean>;
  /** Stores items, whatever was there. */
  put(items: readonly ViewKey[]): Promise<void>;
  remove(items: readonly ViewKey[]): Promise<void>;
}

/** Sorts after every text that a key holds. */
export const LAST = '\u{10ffff}';

/** The least text after `text`: the inclusive bound that excludes it. Keys contain no control characters. */
export const justAfter = (text: string): string => `${text}\u0001`;

export const everything = { after: '\u0001', before: LAST } as const;

/** All items of a range, a page in memory at a time. @param keyOf where the next page continues */
export async function* pagesOf<T extends ViewKey>(
  store: ViewStore,
  view: string,
  range: Omit<ViewRange, 'index' | 'backward'>,
): AsyncGenerator<readonly T[]> {
  let { after } = range;
  for (;;) {
    const items = await store.page<T>(view, { ...range, after });
    const last = items.at(-1);
    if (last !== undefined) yield items;
    if (last === undefined || items.length < range.limit) return;
    after = justAfter(last.key);
  }
}

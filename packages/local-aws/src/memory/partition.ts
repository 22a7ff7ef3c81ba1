import type { Schema } from './schema';
import { SortedKeys } from './sorted-keys';

/** An item as it is kept: a text, so that nobody can change it, and it takes little room. */
export interface Stored {
  readonly sort: string;
  readonly text: string;
  /** Bytes, as the service counts them. */
  readonly size: number;
  /** By index; undefined where it is in none. */
  readonly places: readonly (string | undefined)[];
}

/** Between an index key and the sort key that tells apart what has the same one. */
const BETWEEN = '\u0000';

interface Write {
  readonly sort: string;
  readonly before: Stored | undefined;
}

/** How many writes of a partition can be looked behind. */
const REMEMBERED = 64;

/** The items of one partition key, in the order of the sort key and of each local index. */
export class Partition {
  readonly #items = new Map<string, Stored>();
  readonly #keys = new SortedKeys();
  readonly #indexes: readonly SortedKeys[];
  /** The last writes, for reads that are behind; none where nobody reads so. */
  #journal: Write[][] = [];

  constructor(
    readonly schema: Schema,
    readonly remembers: boolean,
  ) {
    this.#indexes = schema.indexes.map(() => new SortedKeys());
  }

  get(sort: string): Stored | undefined {
    return this.#items.get(sort);
  }

  /** Puts and removes items at once; a write without `item` removes. */
  write(writes: readonly { readonly sort: string; readonly item: Stored | undefined }[]): void {
    if (this.remembers) {
      this.#journal.push(writes.map(({ sort }) => ({ sort, before: this.#items.get(sort) })));
      if (this.#journal.length > REMEMBERED) this.#journal.shift();
    }
    for (const { sort, item } of writes) this.#set(sort, item);
  }

  /** The partition as it was before its last writes. */
  behind(writes: number): Partition {
    const past = new Partition(this.schema, false);
    for (const [sort, item] of this.#items) past.#set(sort, item);
    const undone = writes <= 0 ? [] : this.#journal.slice(-writes).reverse();
    for (const { sort, before } of undone.flat()) past.#set(sort, before);
    return past;
  }

  get depth(): number {
    return this.#journal.length;
  }

  /** The keys of the table (no index) or of an index: those of the index come with the sort key of the table. */
  keysOf(index: number | undefined): SortedKeys {
    return index === undefined ? this.#keys : (this.#indexes[index] as SortedKeys);
  }

  itemAt(index: number | undefined, position: number): Stored {
    const key = this.keysOf(index).at(position);
    const sort = index === undefined ? key : key.slice(key.indexOf(BETWEEN) + 1);
    return this.#items.get(sort) as Stored;
  }

  #set(sort: string, item: Stored | undefined): void {
    const old = this.#items.get(sort);
    for (const [index, keys] of this.#indexes.entries()) {
      const [was, is] = [old?.places[index], item?.places[index]];
      if (was !== undefined && was !== is) keys.remove(`${was}${BETWEEN}${sort}`);
      if (is !== undefined && was !== is) keys.add(`${is}${BETWEEN}${sort}`);
    }
    if (item === undefined) {
      this.#items.delete(sort);
      this.#keys.remove(sort);
      return;
    }
    if (old === undefined) this.#keys.add(sort);
    this.#items.set(sort, item);
  }
}

/** Comes after all that have this key in an index. */
export const lastOf = (place: string): string => `${place}\u0001`;
export const placeOf = (place: string, sort: string): string => `${place}${BETWEEN}${sort}`;

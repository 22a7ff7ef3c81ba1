import { unitsOfWrite } from './capacity';
import { Partition, type Stored } from './partition';
import { checkedItem, requestedKey, type PrimaryKey, type Schema } from './schema';
import { reversed, type Item } from './values';

/** One write of an item; without `item` it is removed. */
export interface Write {
  readonly key: PrimaryKey;
  readonly item: Stored | undefined;
}

export const itemOf = (stored: Stored | undefined): Item | undefined =>
  stored && (JSON.parse(stored.text) as Item);

export class Table {
  readonly #partitions = new Map<string, Partition>();

  constructor(
    readonly schema: Schema,
    /** By how many writes an eventually consistent read of a partition is behind; undefined: none ever is. */
    readonly lag: ((writes: number) => number) | undefined,
  ) {}

  /** @throws ValidationException */
  put(item: Item): Write {
    const { key, size, places } = checkedItem(this.schema, item);
    return { key, item: { sort: key.sort, text: JSON.stringify(reversed(item)), size, places } };
  }

  /** @throws ValidationException */
  remove(key: Item | undefined): Write {
    return { key: requestedKey(this.schema, key), item: undefined };
  }

  /** The partition as a read finds it; undefined where there is none yet. */
  read(partition: string, consistent: boolean): Partition | undefined {
    const found = this.#partitions.get(partition);
    if (found === undefined || consistent || this.lag === undefined) return found;
    const writes = this.lag(found.depth);
    return writes === 0 ? found : found.behind(writes);
  }

  /** Every partition key there is, from one of them on. */
  *partitionsFrom(start: string | undefined): Generator<string> {
    let started = start === undefined;
    for (const partition of this.#partitions.keys()) {
      started ||= partition === start;
      if (started) yield partition;
    }
  }

  current({ partition, sort }: PrimaryKey): Stored | undefined {
    return this.#partitions.get(partition)?.get(sort);
  }

  /** Writes at once. @returns the units that it takes, without what a transaction adds */
  write(writes: readonly Write[]): number {
    let units = 0;
    const byPartition = new Map<string, { sort: string; item: Stored | undefined }[]>();
    for (const { key, item } of writes) {
      units += unitsOfWrite(this.schema, key.partition, this.current(key), item);
      const mates = byPartition.get(key.partition);
      if (mates === undefined) byPartition.set(key.partition, [{ sort: key.sort, item }]);
      else mates.push({ sort: key.sort, item });
    }
    for (const [partition, mates] of byPartition) this.#partition(partition).write(mates);
    return units;
  }

  #partition(key: string): Partition {
    let partition = this.#partitions.get(key);
    if (partition === undefined) {
      partition = new Partition(this.schema, this.lag !== undefined);
      this.#partitions.set(key, partition);
    }
    return partition;
  }
}

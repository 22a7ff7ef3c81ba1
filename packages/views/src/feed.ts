/**
 * The feed: every version of every product exactly once, in an order that never changes.
 *
 * The problem. A position that a writer takes before its commit can become visible after a higher one, and a reader that
 * has passed it never sees it. A position that the writer takes in its commit makes all writers wait for each other.
 *
 * The idea. Positions are assigned after the commit, by the indexer. The feed is a sequence of chunks 1, 2, 3 …; a chunk
 * lists references `(product, from, to)`, which mean the versions from `from` through `to`. Chunk n + 1 is created on the
 * condition that it is new, and no chunk is ever changed, so the order is fixed by the time anyone can read it. How much of
 * a product the feed has is a watermark, one item a product. Versions are dense in a product: what comes next is the
 * watermark plus one, whatever a stream of changes repeated, reordered or lost. A reference therefore always begins right
 * after the one before it.
 *
 * Why nothing is listed twice. Watermarks are written after their chunk, and a process may end between the two. Therefore
 * the watermarks of the last chunk are written (again) before the next chunk is. So only the last chunk can be ahead of
 * its watermarks, and whoever extends the feed reads it: a product's watermark is the greater of the stored one and the
 * one in the last chunk. Two indexers can't both create chunk n + 1; the one that fails starts over from the new last one.
 *
 * Sources: Kafka's log (a position is an index into an append-only sequence); the gaps of sequence numbers that Marten
 * describes as its "high-water mark" problem.
 */
import { assert } from '@hindsight/bitemporal';
import { pad } from './keys';
import { everything, LAST, type ViewStore } from './store';

/** The versions `from` through `to` of one product. */
export interface Reference {
  readonly productId: string;
  readonly from: number;
  readonly to: number;
}

/** A position in the feed: `offset` events of the chunk come before it. */
export interface FeedPosition {
  readonly chunk: number;
  readonly offset: number;
}

export const START: FeedPosition = { chunk: 1, offset: 0 };

export interface Chunk {
  readonly number: number;
  readonly references: readonly Reference[];
}

interface ChunkItem {
  readonly view: string;
  readonly key: string;
  /** `[[productId, from, to], …]` as JSON. */
  readonly references: string;
}

/** Products in one chunk: a chunk has a few kilobytes. */
export const CHUNK = 100;

/** Each lost race means that another indexer has extended the feed. */
const ATTEMPTS = 100;

const FEED = 'feed';
const WATERMARK = 'watermark';

const watermarkKey = (productId: string) => ({ view: WATERMARK, key: productId });

function chunkOf({ key, references }: ChunkItem): Chunk {
  const listed = JSON.parse(references) as [string, number, number][];
  return {
    number: Number(key),
    references: listed.map(([productId, from, to]) => ({ productId, from, to })),
  };
}

function itemOf({ number, references }: Chunk): ChunkItem {
  const listed = references.map(({ productId, from, to }) => [productId, from, to]);
  return { view: FEED, key: pad(number), references: JSON.stringify(listed) };
}

const NONE: Chunk = { number: 0, references: [] };

export class Feed {
  /** The last chunk, if this process created it and has written its watermarks. */
  #last: Chunk | undefined;

  constructor(readonly store: ViewStore) {}

  /** The number of the last chunk; 0: there is none. One request. */
  async last(): Promise<Chunk> {
    const [item] = await this.store.page<ChunkItem>(FEED, { ...everything, backward: true, limit: 1 });
    return item === undefined ? NONE : chunkOf(item);
  }

  /** Chunks from a number on, in their order. */
  async chunks(from: number, limit: number): Promise<Chunk[]> {
    const range = { after: pad(from), before: LAST, limit };
    return (await this.store.page<ChunkItem>(FEED, range)).map(chunkOf);
  }

  /** How much of each product the feed has; products that it does not have are left out. */
  async watermarks(productIds: readonly string[]): Promise<Map<string, number>> {
    const items = await this.store.getAll<{ key: string; rank: string }>(productIds.map(watermarkKey));
    return new Map(items.map(({ key, rank }) => [key, Number(rank)]));
  }

  /**
   * Lists what is new of some products.
   * @param heads products and their newest versions, at most `CHUNK`
   */
  async extend(heads: ReadonlyMap<string, number>): Promise<void> {
    assert(heads.size <= CHUNK, `a chunk has at most ${CHUNK} products`);
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const last = this.#last ?? (await this.last());
      if (this.#last === undefined) await this.#writeWatermarks(last);
      const references = await this.#missing(heads);
      this.#last = last;
      if (references.length === 0) return;
      const chunk = { number: last.number + 1, references };
      // Forgotten first: if this request fails, the chunk may have been created all the same.
      this.#last = undefined;
      if (!(await this.store.create(itemOf(chunk)))) continue;
      await this.#writeWatermarks(chunk);
      this.#last = chunk;
      return;
    }
    throw new Error(`other indexers were faster, ${ATTEMPTS} times`);
  }

  async #missing(heads: ReadonlyMap<string, number>): Promise<Reference[]> {
    const watermarks = await this.watermarks([...heads.keys()]);
    return [...heads].flatMap(([productId, to]) => {
      const from = (watermarks.get(productId) ?? 0) + 1;
      return from <= to ? [{ productId, from, to }] : [];
    });
  }

  async #writeWatermarks({ references }: Chunk): Promise<void> {
    await Promise.all(
      references.map(({ productId, to }) =>
        this.store.replace({ ...watermarkKey(productId), rank: pad(to) }),
      ),
    );
  }
}

/** One event of the feed, and the position after it. */
export interface Listed {
  readonly productId: string;
  readonly version: number;
  readonly next: FeedPosition;
}

/** The events of a chunk after a position in it. */
export function* listedIn({ number, references }: Chunk, offset: number): Generator<Listed> {
  let passed = 0;
  for (const { productId, from, to } of references) {
    const size = to - from + 1;
    for (let version = from + Math.max(0, offset - passed); version <= to; version += 1) {
      yield { productId, version, next: { chunk: number, offset: passed + version - from + 1 } };
    }
    passed += size;
  }
}

const POSITION = /^(\d{1,12})\.(\d{1,12})$/;

export const positionText = ({ chunk, offset }: FeedPosition): string => `${chunk}.${offset}`;

/** Undefined for a text that names no position. */
export function positionOf(text: string): FeedPosition | undefined {
  const [, chunk, offset] = POSITION.exec(text) ?? [];
  return chunk === undefined ? undefined : { chunk: Number(chunk), offset: Number(offset) };
}

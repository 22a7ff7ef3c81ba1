/**
 * The report of a closing: its rows as text, stored once and never changed.
 *
 * A row is kept as it was rendered, in every format. So a report does not depend on the log, on the views, or on code
 * that comes later: not on how states are folded, nor on which fields a state has, nor on how they are written.
 *
 * Rows are stored in chunks. A chunk ends after a row whose key says so by its hash, and nothing else decides it (but for
 * chunks that would become too large). So the reports of two closings are cut at the same keys, and a chunk without a
 * change has the same digest in both: two reports are compared by their digests, which an index lists, and only chunks
 * that differ are read. A new row changes the chunk that it is in, and no other. (Content-defined chunking: A.
 * Muthitacharoen, B. Chen, D. Mazières, A low-bandwidth network file system, 2001.)
 *
 * Whoever makes a report may be interrupted, and more than one may make it at once. Each chunk is written on the condition
 * that it is new. Whoever loses that race goes on after the last chunk that is there, so chunks never overlap, even if
 * the makers are of different versions and cut differently.
 */
import { createHash } from 'node:crypto';
import { assert } from '@hindsight/bitemporal';
import { itemKey, keySchema, reportPartition, type ItemKey } from '../storage/keys';
import type { Store, StoredItem } from '../storage/store';

/** One row, rendered. */
export interface ReportRow {
  /** Rows are in the order of their keys, by bytes in UTF-8. */
  readonly key: string;
  /** One line of JSON, without its end. */
  readonly json: string;
  /** One record of CSV, with its end. */
  readonly csv: string;
}

type Chunk = ItemKey & {
  /** The first key and the digest: the key of the index that lists digests. */
  readonly idKey: string;
  readonly last: string;
  readonly rows: number;
  /** JSON: [key, json, csv] of each row. */
  readonly content: string;
};

/** Where a chunk is, and the digest of its rows. */
export interface ChunkDigest {
  readonly first: string;
  readonly digest: string;
}

/** Rows of a chunk on average. */
const AVERAGE = 64;
/** An item has at most 400 KB; its text in UTF-8 stays far below. */
const MOST_ROWS = 512;
const MOST_CHARACTERS = 64 * 1024;

const PREFIX = 'r#';
/** After every key of a chunk: the character that follows `#`. */
const END = 'r$';
const HEAD = 'head';

const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest();

const endsChunk = (key: string): boolean => hashOf(key).readUInt32BE(0) % AVERAGE === 0;

const rowsOf = ({ content }: Chunk): ReportRow[] =>
  (JSON.parse(content) as [string, string, string][]).map(([key, json, csv]) => ({ key, json, csv }));

function chunkOf(closingId: string, rows: readonly ReportRow[]): Chunk {
  const [first, last] = [rows[0], rows.at(-1)];
  assert(first !== undefined && last !== undefined, 'a chunk has a row');
  const content = JSON.stringify(rows.map(({ key, json, csv }) => [key, json, csv]));
  const digest = hashOf(content).toString('base64url');
  return {
    ...itemKey(reportPartition(closingId), `${PREFIX}${first.key}`),
    idKey: `${digest}${first.key}`,
    last: last.key,
    rows: rows.length,
    content,
  };
}

const DIGEST = 43;

/** The stored report of one closing. */
export class ClosingReport {
  readonly #partition: string;

  constructor(
    readonly store: Store,
    readonly closingId: string,
  ) {
    this.#partition = reportPartition(closingId);
  }

  /** Where an interrupted report goes on: after this key; undefined: at the first row. */
  async end(): Promise<string | undefined> {
    const range = { after: PREFIX, before: END, backward: true, limit: 1 };
    const { items } = await this.store.page<Chunk>(this.#partition, range);
    return items[0]?.last;
  }

  /** Stores the first line of the CSV, once. */
  async begin(csvHead: string): Promise<void> {
    await this.store.append([{ ...itemKey(this.#partition, HEAD), csvHead }]);
  }

  /**
   * Stores rows that come after all that are stored, in their order.
   * @returns false if someone else stored the next chunk first: go on after the new `end`
   */
  async write(rows: AsyncIterable<readonly ReportRow[]>): Promise<boolean> {
    let [chunk, characters]: [ReportRow[], number] = [[], 0];
    const isStored = async (): Promise<boolean> => {
      const items = chunk.length === 0 ? [] : [chunkOf(this.closingId, chunk) as StoredItem];
      [chunk, characters] = [[], 0];
      return items.length === 0 || (await this.store.append(items)) === 'stored';
    };
    for await (const part of rows) {
      for (const row of part) {
        chunk.push(row);
        characters += row.key.length + row.json.length + row.csv.length;
        const isWhole = endsChunk(row.key) || chunk.length >= MOST_ROWS || characters >= MOST_CHARACTERS;
        if (isWhole && !(await isStored())) return false;
      }
    }
    return isStored();
  }

  /** The number of rows, once all are stored. */
  async count(): Promise<number> {
    let rows = 0;
    for await (const part of this.rows()) rows += part.length;
    return rows;
  }

  async csvHead(): Promise<string> {
    return (await this.store.get<{ csvHead: string }>(this.#partition, HEAD))?.csvHead ?? '';
  }

  /** The rows after a key, in their order, a chunk at a time. */
  async *rows(after?: string): AsyncGenerator<readonly ReportRow[]> {
    const isAfter = ({ key }: ReportRow): boolean =>
      after === undefined || Buffer.compare(Buffer.from(key), Buffer.from(after)) > 0;
    let start = PREFIX;
    if (after !== undefined) {
      const range = { after: PREFIX, before: `${PREFIX}${after}`, backward: true, limit: 1 };
      start = (await this.store.page<Chunk>(this.#partition, range)).items[0]?.sk ?? PREFIX;
    }
    for await (const chunks of this.store.pages<Chunk>(this.#partition, {
      after: start,
      before: END,
      limit: 8,
    })) {
      for (const chunk of chunks) {
        const rows = rowsOf(chunk).filter(isAfter);
        if (rows.length > 0) yield rows;
      }
    }
  }

  /** The rows of one chunk, by its first key. */
  async chunk(first: string): Promise<readonly ReportRow[]> {
    const found = await this.store.get<Chunk>(this.#partition, `${PREFIX}${first}`);
    return found === undefined ? [] : rowsOf(found);
  }

  /** The digests of all chunks, in the order of their first keys. Reads an index, and no rows. */
  async digests(): Promise<readonly ChunkDigest[]> {
    const found: ChunkDigest[] = [];
    const range = { index: keySchema.byId, keysOnly: true, after: ' ', before: '~' };
    for await (const keys of this.store.pages<Pick<Chunk, 'sk' | 'idKey'>>(this.#partition, range)) {
      found.push(
        ...keys.map(({ idKey }) => ({ digest: idKey.slice(0, DIGEST), first: idKey.slice(DIGEST) })),
      );
    }
    return found.sort((a, b) => Buffer.compare(Buffer.from(a.first), Buffer.from(b.first)));
  }
}

/**
 * The products whose answers to two questions may differ.
 *
 * A question is about one moment, as known at another. If nothing was recorded of a product after the earlier of the two
 * states of knowledge, both answers come from the same events. If both are about the same moment too, they are the same.
 * So the log is asked for the other products only.
 *
 * For one moment, the products are found by the index of changes, whose newest part is all that is read. A product that
 * changes meanwhile moves forward in this index, in which the walk goes forward as well: it is met again, but never
 * missed. Pages need the order of product ids, so the ids are collected first. If there are too many to collect, or if
 * the questions are about two moments, the rows are read in the order of product ids.
 */
import type { Catalogue } from './catalogue';
import { compareKeys } from './keys';
import type { Overview } from './log';

/** The state of a product at one moment, as known at another. */
export interface Question {
  readonly asOf: string;
  readonly knownAt: string;
}

export interface DifferingQuery {
  readonly from: Question;
  readonly to: Question;
  /** Only products after this one. */
  readonly after?: string;
}

/** Ids in memory. */
const COLLECTED = 5_000;

const least = (a: string, b: string): string => (a < b ? a : b);

/** The ids after `after` of the products that changed since a time, in order; undefined: there are too many. */
async function changedSince(
  catalogue: Catalogue,
  time: string,
  after: string | undefined,
): Promise<string[] | undefined> {
  const ids = new Set<string>();
  let read = 0;
  for await (const rows of catalogue.changedSince(time)) {
    read += rows.length;
    if (read > COLLECTED) return undefined;
    for (const { productId } of rows)
      if (after === undefined || compareKeys(productId, after) > 0) ids.add(productId);
  }
  return [...ids].sort(compareKeys);
}

/** The products that may differ, in the order of their ids. */
export async function* mayDiffer(
  catalogue: Catalogue,
  { from, to, after }: DifferingQuery,
): AsyncGenerator<string> {
  const known = least(from.knownAt, to.knownAt);
  const first = from.asOf === to.asOf ? undefined : least(from.asOf, to.asOf);
  if (first === undefined) {
    const changed = await changedSince(catalogue, known, after);
    if (changed !== undefined) return yield* changed;
  }
  const isAffected = ({ recordedAt, highWaterMark }: Overview): boolean =>
    recordedAt > known || (first !== undefined && highWaterMark > first);
  for await (const { row } of catalogue.list({ sort: 'productId', ...(after !== undefined && { after }) }))
    if (isAffected(row)) yield row.productId;
}

/**
 * The stock of everything at one moment, as known at another.
 *
 * Each row is what the log answers for one product. Most rows need no question to the log: where nothing takes effect
 * after T and nothing was recorded after K, the current state is the state at (T, K). Only the others are asked for, two
 * requests at most each.
 *
 * The answer is settled when K is so long ago that no append with an earlier recorded time can still be under way, and
 * everything that was committed since is indexed. `indexedThrough` is a time of commits: an event that was recorded by K is
 * committed at the latest `settleMs` after K. So everything recorded through `indexedThrough − settleMs` is in the views.
 */
import type { ProductState } from '@hindsight/domain';
import type { Catalogue } from './catalogue';
import type { InventoryLog, Overview } from './log';

export interface StockQuery {
  readonly asOf: string;
  readonly knownAt: string;
  /** Only products after this one. */
  readonly after?: string;
}

/** The state of one product at (asOf, knownAt); products without one are left out. */
export interface StockRow {
  readonly productId: string;
  /** The last version known at that moment. */
  readonly version: number;
  readonly state: ProductState;
  /** The effective time of the last event that counts at that moment. */
  readonly lastEffectiveAt: string;
}

/** Rows that are worked on at once, and in one step. */
const ASKED_AT_ONCE = 32;
const STEP = 200;

/** The row as it is now, if nothing distinguishes now from that moment. */
function unchanged(row: Overview, { asOf, knownAt }: StockQuery): StockRow | 'no state' | undefined {
  const { productId, version, state, lastEvent, highWaterMark } = row;
  const isWhole = highWaterMark <= asOf && highWaterMark <= row.asOf && row.recordedAt <= knownAt;
  if (!isWhole) return undefined;
  if (state === null || lastEvent === null) return 'no state';
  return { productId, version, state, lastEffectiveAt: lastEvent.effectiveAt };
}

async function rowOf(
  log: Pick<InventoryLog, 'stateAt'>,
  row: Overview,
  query: StockQuery,
): Promise<StockRow | undefined> {
  const { asOf, knownAt } = query;
  const now = unchanged(row, query);
  if (now !== undefined) return now === 'no state' ? undefined : now;
  const answer = await log.stateAt(row.productId, { asOf, knownAt });
  if (!answer.found) return undefined;
  const { version, state, lastEvent } = answer;
  return { productId: row.productId, version, state, lastEffectiveAt: lastEvent.effectiveAt };
}

/** The rows of some products, in their order; products without a state are left out. */
async function rowsOf(
  log: Pick<InventoryLog, 'stateAt'>,
  rows: readonly Overview[],
  query: StockQuery,
): Promise<StockRow[]> {
  const found: (StockRow | undefined)[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let index = next++; index < rows.length; index = next++) {
      const row = rows[index];
      if (row !== undefined) found[index] = await rowOf(log, row, query);
    }
  };
  await Promise.all(Array.from({ length: ASKED_AT_ONCE }, work));
  return found.filter((row) => row !== undefined);
}

/** A part of the answer, and the last product that was looked at. */
export interface StockPart {
  readonly rows: readonly StockRow[];
  readonly last: string;
}

/** The stock in the order of product ids, in parts. @param most products in one part */
export async function* stockOf(
  catalogue: Catalogue,
  log: Pick<InventoryLog, 'stateAt'>,
  query: StockQuery,
  most = STEP,
): AsyncGenerator<StockPart> {
  let some: Overview[] = [];
  const part = async (): Promise<StockPart> => {
    const rows = some;
    some = [];
    return { rows: await rowsOf(log, rows, query), last: rows.at(-1)?.productId ?? '' };
  };
  const list = { sort: 'productId' as const, ...(query.after !== undefined && { after: query.after }) };
  for await (const { row } of catalogue.list(list)) {
    some.push(row);
    if (some.length === most) yield await part();
  }
  if (some.length > 0) yield await part();
}

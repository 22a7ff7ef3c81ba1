import { CURRENCY, eventOf, openingOf, type ImportEvent } from './events';
import type { Line } from './line';
import { MalformedFile } from './malformed-file';
import { productIdOf } from './product-id';
import { LineList, LineTable } from './line-table';

/** The events of one product: the opening, then its lines by effective time and position in the file. */
export interface Plan {
  readonly productId: string;
  readonly stockCode: string;
  /** Of the prices. */
  readonly currency: string;
  readonly opening: ImportEvent;
  /** All lines of the product, also those beyond the limit. */
  readonly lines: LineList;
  /** How many of the events are to be sent: all, or the first so many. */
  readonly size: number;
}

/** The totals of a file. */
export interface Load {
  readonly plans: readonly Plan[];
  /** The lines to import, those without effect included. */
  readonly lines: number;
  /** Lines of quantity 0, which create no event. */
  readonly withoutEffect: number;
}

/**
 * Groups the lines by product. A limit restricts how many lines are imported, but the openings are always
 * those of the whole file, so a later run with a higher limit, or none, can continue from there.
 * Throws MalformedFile for a limit on a file that is not sorted by date, because the later run could not
 * continue.
 */
export async function loadPlans(
  lines: AsyncIterable<Line>,
  limit = Infinity,
  currency = CURRENCY,
): Promise<Load> {
  const { products, read, withoutEffect, inOrder } = await gather(lines, limit);
  if (read > limit && !inOrder) throw new MalformedFile('a limit needs a file in the order of invoiceDate');

  const plans: Plan[] = [];
  for (const [stockCode, all] of products) {
    all.countOccurrences();
    if (!inOrder) all.sort(byEffectiveTime);
    const lines = read > limit ? all.countWhile(({ number }) => number <= limit) : all.length;
    if (lines === 0) continue;
    const productId = productIdOf(stockCode);
    plans.push({
      productId,
      stockCode,
      currency,
      opening: openingOf(all, currency),
      lines: all,
      size: lines + 1,
    });
  }
  return { plans, lines: Math.min(read, limit), withoutEffect };
}

/** Reads the file once: the lines of each stock code in file order, without those of quantity 0. */
async function gather(lines: AsyncIterable<Line>, limit: number) {
  const table = new LineTable();
  const products = new Map<string, LineList>();
  let read = 0;
  let withoutEffect = 0;
  let inOrder = true;
  let last = '';
  for await (const line of lines) {
    read++;
    inOrder &&= line.effectiveAt >= last;
    last = line.effectiveAt;
    if (line.quantity !== 0n) {
      const list = products.get(line.stockCode) ?? new LineList(table, []);
      list.push(table.add(line));
      products.set(line.stockCode, list);
    } else if (line.number <= limit) withoutEffect++;
  }
  return { products, read, withoutEffect, inOrder };
}

function byEffectiveTime(one: Line, other: Line): number {
  if (one.effectiveAt === other.effectiveAt) return one.number - other.number;
  return one.effectiveAt < other.effectiveAt ? -1 : 1;
}

/** The events of a plan from one index up to, but not including, another; 0 is the opening. */
export function eventsOf(plan: Plan, from: number, to: number): ImportEvent[] {
  const events = plan.lines
    .slice(Math.max(0, from - 1), Math.max(0, to - 1))
    .map((line) => eventOf(line, plan.currency));
  return from === 0 && to > 0 ? [plan.opening, ...events] : events;
}

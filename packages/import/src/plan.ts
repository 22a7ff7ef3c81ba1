import { eventsOf, hasEffect } from './events';
import type { Kind } from './kinds';
import type { Line, PlacedLine } from './line';
import { LineList, LineTable } from './line-table';
import type { RefusedLine } from './records';

/** The lines of one product in the order of sending: by effective time, ties and files of events as in the file. */
export interface Plan {
  readonly productId: string;
  readonly kind: Kind;
  readonly lines: LineList;
}

/** The totals of a file. */
export interface Load {
  readonly kind: Kind;
  readonly plans: readonly Plan[];
  /** The lines to import, those without effect included. */
  readonly lines: number;
  /** Lines that create no event, as they move nothing. */
  readonly withoutEffect: number;
  readonly events: number;
}

/** Reads the file once: the lines of each product in file order, without those that have no effect. */
async function gather(lines: AsyncIterable<Line>, kind: Kind, limit: number) {
  const table = new LineTable();
  const products = new Map<string, LineList>();
  const totals = { lines: 0, withoutEffect: 0, inOrder: true, ids: false };
  let last = '';
  for await (const line of lines) {
    if (totals.lines === limit) break;
    totals.lines += 1;
    totals.inOrder &&= line.effectiveAt >= last;
    totals.ids ||= line.eventId !== '';
    last = line.effectiveAt;
    if (!hasEffect(kind, line)) {
      totals.withoutEffect += 1;
      continue;
    }
    const list = products.get(line.productId) ?? new LineList(line.productId, table);
    list.push(table.add(line));
    products.set(line.productId, list);
  }
  return { products, ...totals };
}

/** A count may make two events; every other line makes one. */
function eventsIn(kind: Kind, list: LineList): number {
  if (kind !== 'counts') return list.length;
  let events = 0;
  for (let at = 0; at < list.length; at += 1) events += eventsOf(kind, list.at(at)).length;
  return events;
}

export interface LoadOptions {
  readonly kind: Kind;
  /** Lines; Infinity: all. */
  readonly limit: number;
  readonly onRefused: (refused: RefusedLine) => void;
}

/** Whether a line is the first with its id, and of counts the first of its moment; others are refused. */
function unique(productId: string, kind: Kind, onRefused: LoadOptions['onRefused']) {
  const counted = new Set<string>();
  return ({ eventId, occurrence, line, effectiveAt, quantity }: PlacedLine): boolean => {
    const twice = eventId !== '' && occurrence > 1;
    const again = kind === 'counts' && quantity !== '' && counted.has(effectiveAt);
    if (quantity !== '') counted.add(effectiveAt);
    const counts = `${productId} is counted twice at ${effectiveAt}: add the counts up, or import one place alone`;
    if (twice) onRefused({ line, why: `eventId "${eventId}" occurs twice for ${productId}` });
    else if (again) onRefused({ line, why: counts });
    return !twice && !again;
  };
}

/** Groups the lines by product. */
export async function loadPlans(
  lines: AsyncIterable<Line>,
  { kind, limit, onRefused }: LoadOptions,
): Promise<Load> {
  const { products, withoutEffect, inOrder, ids, ...totals } = await gather(lines, kind, limit);
  const plans: Plan[] = [];
  let events = 0;
  for (const [productId, list] of products) {
    list.countOccurrences();
    if (ids || kind === 'counts') list.keep(unique(list.productId, kind, onRefused));
    if (!inOrder && kind !== 'events') list.sortByTime();
    events += eventsIn(kind, list);
    plans.push({ productId, kind, lines: list });
  }
  return { kind, plans, lines: totals.lines, withoutEffect, events };
}

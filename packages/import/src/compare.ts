import { decimalOf, millionths } from '@hindsight/bitemporal';
import type { Client, LoggedEvent } from './client';
import { eventsOf } from './events';
import type { Kind } from './kinds';
import type { Line } from './line';
import type { Plan } from './plan';
import { eachOf, isSame } from './send';

/** What the lines of one product come to. */
export interface Sum {
  readonly lines: number;
  /** In millionths: what went out counts as negative; counts and events are added up as they are. */
  readonly quantity: bigint;
}

/** A product whose events in the log don't come to what the file says. `actual` has what was found of the file. */
export interface Mismatch {
  readonly productId: string;
  readonly expected: Sum;
  readonly actual: Sum;
}

export interface Comparison {
  /** Of all products, in millionths, as the log has it. */
  readonly quantity: bigint;
  readonly mismatches: readonly Mismatch[];
  /** Events of the file that were corrected or retracted after they had been imported. */
  readonly corrected: number;
}

const NOTHING: Sum = { lines: 0, quantity: 0n };

export const sumText = ({ lines, quantity }: Sum): string =>
  `${decimalOf(quantity)} in ${lines === 1 ? '1 line' : `${lines} lines`}`;

/**
 * The lines and the net quantity of each product, in one simple pass: no order, no grouping, no events. It shares only
 * the line parser with the plans, so it can check them.
 */
export async function sumsOf(
  lines: AsyncIterable<Line>,
  {
    kind,
    limit,
    refused,
  }: { readonly kind: Kind; readonly limit: number; readonly refused: ReadonlySet<number> },
): Promise<Map<string, Sum>> {
  const sums = new Map<string, Sum>();
  let read = 0;
  for await (const { line, productId, quantity, eventType } of lines) {
    read += 1;
    if (read > limit) break;
    const nothing = quantity === '0' && (kind === 'sales' || kind === 'receipts' || kind === 'movements');
    if (refused.has(line) || (nothing && eventType !== 'stockCounted')) continue;
    const { lines: before, quantity: sum } = sums.get(productId) ?? NOTHING;
    const units = millionths(quantity || '0');
    sums.set(productId, { lines: before + 1, quantity: sum + (kind === 'sales' ? -units : units) });
  }
  return sums;
}

/** What an event of the log moved. */
function movedBy({ eventType, quantity }: LoggedEvent, kind: Kind): bigint {
  const units = typeof quantity === 'string' ? millionths(quantity) : 0n;
  return kind !== 'events' && eventType === 'productShipped' ? -units : units;
}

async function byId(events: AsyncIterable<LoggedEvent>): Promise<Map<string, LoggedEvent>> {
  const found = new Map<string, LoggedEvent>();
  for await (const event of events) found.set(event.eventId, event);
  return found;
}

const LAST = '9999-12-31T23:59:59.999Z';
const after = (time: string): string => new Date(Date.parse(time) + 1).toISOString();

/** The events of a product between the first and the last line, as they count now. */
function countingEvents({ productId, kind, lines }: Plan, client: Client): Promise<Map<string, LoggedEvent>> {
  // Corrections count nowhere by themselves, so only the order of recording has all events of such a file.
  if (kind === 'events') return byId(client.recorded(productId));
  let [from, to] = [LAST, ''];
  for (let at = 0; at < lines.length; at += 1) {
    const { effectiveAt } = lines.at(at);
    if (effectiveAt < from) from = effectiveAt;
    if (effectiveAt > to) to = effectiveAt;
  }
  return byId(client.effective(productId, from, after(to)));
}

interface Found extends Sum {
  readonly corrected: number;
}

/** What the log has of a plan. */
async function foundOf(plan: Plan, client: Client, refused: ReadonlySet<number>): Promise<Found> {
  const counting = await countingEvents(plan, client);
  let recorded: ReadonlyMap<string, LoggedEvent> | undefined;
  let [lines, quantity, corrected] = [0, 0n, 0];
  for (let at = 0; at < plan.lines.length; at += 1) {
    const line = plan.lines.at(at);
    if (refused.has(line.line)) continue;
    let complete = true;
    for (const event of eventsOf(plan.kind, line)) {
      let logged = counting.get(event.eventId);
      if (!isSame(event, logged)) {
        // It may have been corrected since; the order of recording still has it.
        recorded ??= plan.kind === 'events' ? counting : await byId(client.recorded(plan.productId));
        logged = recorded.get(event.eventId);
        if (logged === undefined) complete = false;
        else corrected += 1;
      }
      if (logged !== undefined) quantity += movedBy(logged, plan.kind);
    }
    if (complete) lines += 1;
  }
  return { lines, quantity, corrected };
}

export interface CompareOptions {
  readonly client: Client;
  readonly concurrency: number;
  readonly signal: AbortSignal;
  /** Lines that the log does not have, as it refused them. */
  readonly refused: ReadonlySet<number>;
}

/**
 * Reads what the log has of the file, and compares each product with the sums of the file. Returns null if the signal
 * aborts it.
 */
export async function compare(
  plans: readonly Plan[],
  sums: ReadonlyMap<string, Sum>,
  { client, refused, ...options }: CompareOptions,
): Promise<Comparison | null> {
  const mismatches: Mismatch[] = [];
  let [corrected, quantity] = [0, 0n];
  await eachOf(plans, options, async (plan) => {
    const expected = sums.get(plan.productId) ?? NOTHING;
    const { corrected: since, ...actual } = await foundOf(plan, client, refused);
    corrected += since;
    quantity += actual.quantity;
    if (actual.lines === expected.lines && actual.quantity === expected.quantity) return;
    mismatches.push({ productId: plan.productId, expected, actual });
  });
  return options.signal.aborted ? null : { mismatches, corrected, quantity };
}

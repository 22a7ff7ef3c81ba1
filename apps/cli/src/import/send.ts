import { decimalOf, millionths } from '@hindsight/bitemporal';
import type { Client, ProductHead } from './client';
import { eventsOf, type Plan } from './plan';

/** The progress so far. */
export interface Tally {
  /** Put into the log by this run. */
  recorded: number;
  /** Sent, and known to the log already. */
  deduplicated: number;
  /** Not sent, because the log's last event of the product proves that it already has them. */
  skipped: number;
  refused: number;
  /**
   * Later events of a product after a rejected batch. They are skipped because they would mean something else
   * without it.
   */
  withheld: number;
  readonly refusals: Refusal[];
}

/** An append that the server rejected. */
export interface Refusal {
  readonly productId: string;
  readonly firstEventId: string;
  /** The name of the problem type. */
  readonly problem: string;
  readonly why: string;
}

export interface SendOptions {
  readonly client: Client;
  /** Products at a time. */
  readonly concurrency: number;
  /** Events per append, 1 to 25. */
  readonly batch: number;
  /** Stops after the requests under way. */
  readonly signal: AbortSignal;
  readonly onProgress?: (tally: Tally) => void;
}

/**
 * A product that differs from the file. Quantities are canonical decimals; null: the log has no such product.
 */
export interface Mismatch {
  readonly productId: string;
  readonly expected: { readonly quantity: string; readonly version: number };
  readonly actual: { readonly quantity: string; readonly version: number } | null;
}

/** An empty account. */
export function emptyTally(): Tally {
  return { recorded: 0, deduplicated: 0, skipped: 0, refused: 0, withheld: 0, refusals: [] };
}

/** How many events need no more attention. */
export const doneOf = ({ recorded, deduplicated, skipped, refused, withheld }: Tally): number =>
  recorded + deduplicated + skipped + refused + withheld;

/**
 * Sends the plans: several products concurrently, each one's events in order, one batch after another.
 * Progress is read from the log, not from earlier runs: events that the log provably has are skipped, all
 * others are sent again. If the signal aborts, returns early with the progress so far. Throws the client's
 * errors.
 */
export async function sendPlans(plans: readonly Plan[], options: SendOptions): Promise<Tally> {
  const tally = emptyTally();
  await eachOf(plans, options, (plan, signal) => sendPlan(plan, { ...options, signal }, tally));
  return tally;
}

async function sendPlan(plan: Plan, options: SendOptions, tally: Tally): Promise<void> {
  const { client, batch, signal, onProgress } = options;
  const { size } = plan;
  const head = await client.head(plan.productId);
  let newest = head?.version ?? 0;
  let next = Math.min(size, provenUpTo(plan, head));
  tally.skipped += next;
  onProgress?.(tally);
  while (next < size && !signal.aborted) {
    const events = eventsOf(plan, next, Math.min(size, next + batch));
    const answer = await client.append(plan.productId, events);
    next += events.length;
    if (!answer.stored) {
      tally.refused += events.length;
      tally.withheld += size - next;
      const { problem, why } = answer;
      tally.refusals.push({
        productId: plan.productId,
        firstEventId: events[0]?.eventId ?? '',
        problem,
        why,
      });
      next = size;
    } else {
      const before = newest;
      const fresh = answer.known ? 0 : answer.versions.filter((version) => version > before).length;
      tally.recorded += fresh;
      tally.deduplicated += events.length - fresh;
      newest = Math.max(before, ...answer.versions);
    }
    onProgress?.(tally);
  }
}

/**
 * How many of a plan's events the log provably has. They are sent in order, so if the newest event of the
 * product is the plan's n-th at version n, the n - 1 events before it are the plan's as well. Any other log
 * proves nothing (0). An earlier run without the limit may have stored more events than this plan has.
 */
export function provenUpTo(plan: Plan, head: ProductHead | undefined): number {
  if (head === undefined || head.lastEventVersion !== head.version) return 0;
  const [event] = eventsOf(plan, head.version - 1, head.version);
  return event?.eventId === head.lastEventId ? head.version : 0;
}

/**
 * Compares the log with the file. Each product must have the opening minus the units sold, and exactly the
 * plan's events, so that a duplicate is detected even if quantities cancel out. Returns null if the signal
 * aborts it.
 */
export async function verify(
  plans: readonly Plan[],
  sold: ReadonlyMap<string, bigint>,
  { client, concurrency, signal }: Pick<SendOptions, 'client' | 'concurrency' | 'signal'>,
): Promise<Mismatch[] | null> {
  const mismatches: Mismatch[] = [];
  await eachOf(plans, { concurrency, signal }, async (plan) => {
    const quantity = decimalOf(millionths(plan.opening.quantity) - (sold.get(plan.stockCode) ?? 0n));
    const expected = { quantity, version: plan.size };
    const head = await comparable(plan, client);
    if (head?.quantity === expected.quantity && head.version === expected.version) return;
    const actual = head === undefined ? null : { quantity: head.quantity, version: head.version };
    mismatches.push({ productId: plan.productId, expected, actual });
  });
  return signal.aborted ? null : mismatches;
}

/** The latest state; if the log provably continues with the file beyond the limit, the state at the limit. */
async function comparable(plan: Plan, client: Client): Promise<ProductHead | undefined> {
  const head = await client.head(plan.productId);
  return provenUpTo(plan, head) > plan.size ? client.head(plan.productId, plan.size) : head;
}

/**
 * Processes several items concurrently. After a failure no further item is started, and the first failure is
 * thrown.
 */
export async function eachOf<T>(
  items: readonly T[],
  { concurrency, signal }: { readonly concurrency: number; readonly signal: AbortSignal },
  work: (item: T, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const failure = new AbortController();
  const stop = AbortSignal.any([signal, failure.signal]);
  const queue = items.values();
  const worker = async () => {
    for (const item of queue) {
      if (stop.aborted) return;
      await work(item, stop);
    }
  };
  const fallible = () =>
    worker().catch((error: unknown) => {
      failure.abort(error);
    });
  await Promise.all(Array.from({ length: concurrency }, fallible));
  if (failure.signal.aborted && !signal.aborted) throw failure.signal.reason;
}

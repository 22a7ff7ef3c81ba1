import { inKeyOrder, type ConflictPolicy } from '@hindsight/bitemporal';
import type { Client, LoggedEvent } from './client';
import { eventsOf, type ImportEvent } from './events';
import type { Plan } from './plan';

/** The progress so far, in events. */
export interface Tally {
  /** Put into the log by this run. */
  recorded: number;
  /** Sent, and known to the log already. */
  deduplicated: number;
  /** Not sent, because the log has been read, and has them with the same content. */
  skipped: number;
  refused: number;
  /**
   * Later events of a product after a refused line. They are not sent because they would mean something else
   * without it.
   */
  withheld: number;
  readonly refusals: Refusal[];
}

/** A line that the server refused, or that was withheld after one. */
export interface Refusal {
  readonly line: number;
  readonly productId: string;
  /** The name of the problem type; empty: withheld. */
  readonly problem: string;
  readonly why: string;
}

export interface SendOptions {
  readonly client: Client;
  readonly onConflict: ConflictPolicy;
  /** Products at a time. */
  readonly concurrency: number;
  /** Events per append, 1 to 25. */
  readonly batch: number;
  /** Stops after the requests under way. */
  readonly signal: AbortSignal;
  readonly onProgress?: (tally: Tally) => void;
}

/** An empty account. */
export function emptyTally(): Tally {
  return { recorded: 0, deduplicated: 0, skipped: 0, refused: 0, withheld: 0, refusals: [] };
}

/** How many events need no more attention. */
export const doneOf = ({ recorded, deduplicated, skipped, refused, withheld }: Tally): number =>
  recorded + deduplicated + skipped + refused + withheld;

/**
 * Sends the plans: several products concurrently, each one's events in order, one batch after another. Nothing is
 * remembered between runs: ids say what the log has. If the signal aborts, returns early with the progress so far.
 * Throws the client's errors.
 */
export async function sendPlans(plans: readonly Plan[], options: SendOptions): Promise<Tally> {
  const tally = emptyTally();
  await eachOf(plans, options, (plan, signal) => new Sending(plan, { ...options, signal }, tally).run());
  return tally;
}

/** One line of a plan with its events. */
interface Item {
  readonly line: number;
  readonly effectiveAt: string;
  readonly events: readonly ImportEvent[];
}

const isEqual = (one: unknown, other: unknown): boolean =>
  JSON.stringify(inKeyOrder(one ?? null)) === JSON.stringify(inKeyOrder(other ?? null));

/** An amount without a currency has the one that the log gave it. */
const amountOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'amount' in value ? value.amount : value;

/** Whether the log has an event as the file has it. If not, the log itself decides what it is. */
export function isSame(event: ImportEvent, logged: LoggedEvent | undefined): boolean {
  if (logged === undefined) return false;
  return Object.entries(event).every(([name, value]) =>
    name === 'unitPrice' && typeof value === 'string'
      ? value === amountOf(logged[name])
      : isEqual(value, logged[name]),
  );
}

/** The sending of one product. */
class Sending {
  #next = 0;
  #size: number;
  /** The product's events in the log, once they are worth a look: when a whole batch turned out to be known. */
  #logged: ReadonlyMap<string, LoggedEvent> | undefined;
  readonly #length: number;

  constructor(
    readonly plan: Plan,
    readonly options: SendOptions,
    readonly tally: Tally,
  ) {
    this.#size = options.batch;
    this.#length = plan.lines.length;
  }

  async run(): Promise<void> {
    const { client, onConflict, signal, onProgress } = this.options;
    const { productId } = this.plan;
    while (this.#next < this.#length && !signal.aborted) {
      const items = this.#take();
      if (items.length > 0) {
        const events = items.flatMap((item) => item.events);
        const answer = await client.append(productId, events, onConflict);
        if (!answer.stored) this.#refused(items, answer);
        else if (this.#stored(items, events.length - answer.fresh) && this.#next < this.#length)
          this.#logged ??= await loggedOf(client, productId);
      }
      onProgress?.(this.tally);
    }
  }

  #itemAt(at: number): Item {
    const line = this.plan.lines.at(at);
    return { line: line.line, effectiveAt: line.effectiveAt, events: eventsOf(this.plan.kind, line) };
  }

  /**
   * The next lines, as many as fit into one append. What happened at one instant stays together if it can, for the
   * rules are judged at its end.
   */
  #take(): Item[] {
    const items: Item[] = [];
    for (let events = 0; this.#next + items.length < this.#length;) {
      const item = this.#itemAt(this.#next + items.length);
      if (items.length === 0 && this.#isLogged(item)) {
        this.#next += 1;
        this.tally.skipped += item.events.length;
        continue;
      }
      events += item.events.length;
      if (items.length > 0 && events > this.#size) return wholeInstants(items, item);
      items.push(item);
    }
    return items;
  }

  #isLogged({ events }: Item): boolean {
    const logged = this.#logged;
    return logged !== undefined && events.every((event) => isSame(event, logged.get(event.eventId)));
  }

  /** @returns whether the log had all of them */
  #stored(items: readonly Item[], known: number): boolean {
    const sent = items.reduce((sum, item) => sum + item.events.length, 0);
    this.#next += items.length;
    this.tally.recorded += sent - known;
    this.tally.deduplicated += known;
    return known === sent;
  }

  /** Looks for the line that is refused by halves; what comes after it would mean something else without it. */
  #refused(
    items: readonly Item[],
    { problem, why }: { readonly problem: string; readonly why: string },
  ): void {
    const [item] = items;
    if (items.length > 1 || item === undefined) {
      this.#size = Math.max(1, Math.floor(items.length / 2));
      return;
    }
    const { productId } = this.plan;
    this.tally.refused += item.events.length;
    this.tally.refusals.push({ line: item.line, productId, problem, why });
    const withheld = `withheld: line ${item.line} of ${productId} was refused`;
    for (this.#next += 1; this.#next < this.#length; this.#next += 1) {
      const { line, events } = this.#itemAt(this.#next);
      this.tally.withheld += events.length;
      this.tally.refusals.push({ line, productId, problem: '', why: withheld });
    }
  }
}

/** The items before the instant of the one that did not fit, or all of them if they are of that instant alone. */
function wholeInstants(items: readonly Item[], next: Item): Item[] {
  const first = items.findIndex(({ effectiveAt }) => effectiveAt === next.effectiveAt);
  return first > 0 ? items.slice(0, first) : [...items];
}

async function loggedOf(client: Client, productId: string): Promise<Map<string, LoggedEvent>> {
  const logged = new Map<string, LoggedEvent>();
  for await (const event of client.recorded(productId)) logged.set(event.eventId, event);
  return logged;
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

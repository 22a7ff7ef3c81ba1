import { quantityBetween, type Registry } from '@hindsight/domain';
import type { Moment } from '@hindsight/event-log';
import { quantityOf } from './contributions';
import type { EffectiveEvent, LedgerEntry, ProductLogReader, StateAnswer } from './product-log';

/**
 * Why a number is what it is. A quantity is the result of the events since the last count, so the ledger behind it
 * lists those, each with its effect and the balance after it.
 */

type Found = Extract<StateAnswer, { found: true }>;
type NotFound = Extract<StateAnswer, { found: false }>;

/** Events in one page, and where to continue. */
export interface Paging {
  readonly limit: number;
  /** `next` of the page before. */
  readonly after?: string | undefined;
}

/** A line of the ledger. */
export interface LedgerLine {
  readonly event: EffectiveEvent;
  /** What the event adds to the quantity: a signed canonical decimal. */
  readonly change: string;
  /** The quantity after the event. */
  readonly balance: string;
  /** How long after its effective time the event was recorded; 0 if it was recorded in time or ahead of time. */
  readonly lateSeconds: number;
  /** What a count found: counted minus expected. */
  readonly variance?: string;
}

export interface Explanation {
  readonly found: true;
  readonly answer: Found;
  /** The quantity before the first line. */
  readonly opening: string;
  /** In effective order. The last line of the first page ends in the quantity of the state. */
  readonly lines: readonly LedgerLine[];
  /** For the lines before these; absent if the first one is a count, or the first event. */
  readonly next?: string;
}

function lateSeconds({ recordedAt, effectiveAt }: EffectiveEvent): number {
  return Math.max(0, Date.parse(recordedAt) - Date.parse(effectiveAt)) / 1000;
}

function lineOf(registry: Registry, { event, before, after }: LedgerEntry): LedgerLine {
  const balance = quantityOf(after);
  const { variance } = registry.findings(before, event) ?? {};
  return {
    event,
    change: quantityBetween(quantityOf(before), balance),
    balance,
    lateSeconds: lateSeconds(event),
    ...(variance !== undefined && { variance }),
  };
}

/** Whether what was before the event does not matter for the quantity after it. */
function isAbsolute(registry: Registry, { event }: LedgerEntry): boolean {
  const amount = registry.change(event.eventType).effect(event)?.amount;
  return amount !== undefined && 'set' in amount;
}

/** The ledger behind the quantity at a moment: the events that count since the last count, a page of them at a time. */
export async function explain(
  { log, registry }: { readonly log: ProductLogReader; readonly registry: Registry },
  productId: string,
  { limit, after, ...moment }: Moment & Paging,
): Promise<Explanation | NotFound> {
  const answer = await log.stateAt(productId, moment);
  if (!answer.found) return answer;
  const { asOf, version } = answer;
  const page = await log.ledger(productId, { asOf, version, limit, ...(after !== undefined && { after }) });
  const entries = page?.entries ?? [];
  const count = entries.findLastIndex((entry) => isAbsolute(registry, entry));
  const since = entries.slice(Math.max(0, count));
  return {
    found: true,
    answer,
    opening: quantityOf(since[0]?.before ?? null),
    lines: since.map((entry) => lineOf(registry, entry)),
    ...(count < 0 && page?.next !== undefined && { next: page.next }),
  };
}

import {
  fieldNames,
  quantityBetween,
  type ProductState,
  type RecordedEvent,
  type Registry,
} from '@hindsight/domain';
import type { Moment } from '@hindsight/event-log';
import type { EffectiveEvent, LedgerEntry, ProductLogReader, StateAnswer } from './product-log';

/**
 * Why a number is what it is. A quantity is the result of the events since the last count, so the ledger behind it
 * lists those, each with its effect and the balance after it. A number that changed between two states of knowledge
 * changed because of the events that were recorded between them: each one's contribution is the difference that it
 * makes, `state(T, v) − state(T, v − 1)`, and the contributions add up to the whole difference exactly, because each
 * starts where the one before it ends.
 */

type Found = Extract<StateAnswer, { found: true }>;
type NotFound = Extract<StateAnswer, { found: false }>;

/** Events in one page, and where to continue. */
interface Paging {
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

const quantityOf = (state: ProductState | null): string => state?.quantity ?? '0';

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

/** A state of knowledge: through a version, or of a recorded time; `all`: what is known now. */
export type Knowledge = { readonly version: number } | { readonly knownAt: string } | 'all';

/** What one event contributes to a difference. */
export interface Contribution {
  readonly event: RecordedEvent;
  /** Its share of the difference in quantity: a signed canonical decimal. */
  readonly change: string;
  /** The fields of the state at that moment that it changed. */
  readonly changed: readonly string[];
}

/** One end of a difference. */
export interface DiffEnd {
  /** The newest version known; 0: none. */
  readonly version: number;
  /** null: nothing counted at that moment. */
  readonly state: ProductState | null;
}

export interface ProductDiff {
  readonly found: true;
  readonly asOf: string;
  readonly from: DiffEnd;
  readonly to: DiffEnd;
  /** The difference in quantity: the sum of all contributions. */
  readonly change: string;
  /** A page of the events recorded between, in the order of recording. */
  readonly contributions: readonly Contribution[];
  readonly next?: string;
}

const changedFields = (before: ProductState | null, after: ProductState | null): string[] =>
  fieldNames.filter(
    (field) => JSON.stringify(before?.[field] ?? null) !== JSON.stringify(after?.[field] ?? null),
  );

/** What changed in the answer about one moment between two states of knowledge, event by event. */
export class ProductDiffer {
  readonly #states = new Map<number, Promise<ProductState | null>>();

  constructor(
    readonly log: ProductLogReader,
    readonly productId: string,
    readonly asOf: string,
  ) {}

  async diff(from: Knowledge, to: Knowledge, { limit, after }: Paging): Promise<ProductDiff | NotFound> {
    const head = await this.log.headVersion(this.productId);
    if (head === 0) return { found: false, why: 'product-not-found' };
    const [first, last] = [await this.#versionOf(from, head), await this.#versionOf(to, head)];
    if (Math.max(first, last) > head) return { found: false, why: 'version-not-found', headVersion: head };
    const ends = { from: await this.#end(first), to: await this.#end(last) };
    const start = after === undefined ? first : Math.max(first, Number(after));
    const through = Math.min(last, start + limit);
    return {
      found: true,
      asOf: this.asOf,
      ...ends,
      change: quantityBetween(quantityOf(ends.from.state), quantityOf(ends.to.state)),
      contributions: await this.#contributions(start, through),
      ...(through < last && { next: String(through) }),
    };
  }

  async #contributions(after: number, through: number): Promise<Contribution[]> {
    const contributions: Contribution[] = [];
    if (after >= through) return contributions;
    // One event at a time: late ones among them may need several reads each.
    for await (const { event } of this.log.follow(this.productId, { after, adjustments: false })) {
      if (event.version > through) break;
      const [before, now] = [await this.#stateAt(event.version - 1), await this.#stateAt(event.version)];
      contributions.push({
        event,
        change: quantityBetween(quantityOf(before), quantityOf(now)),
        changed: changedFields(before, now),
      });
      if (event.version === through) break;
    }
    return contributions;
  }

  async #versionOf(knowledge: Knowledge, head: number): Promise<number> {
    if (knowledge === 'all') return head;
    if ('version' in knowledge) return knowledge.version;
    return this.log.versionAt(this.productId, knowledge.knownAt);
  }

  async #end(version: number): Promise<DiffEnd> {
    return { version, state: await this.#stateAt(version) };
  }

  #stateAt(version: number): Promise<ProductState | null> {
    const known = this.#states.get(version) ?? this.#read(version);
    this.#states.set(version, known);
    return known;
  }

  async #read(version: number): Promise<ProductState | null> {
    if (version === 0) return null;
    const answer = await this.log.stateAt(this.productId, { asOf: this.asOf, version });
    return answer.found ? answer.state : null;
  }
}

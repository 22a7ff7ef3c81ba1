import { decide, stateAsOf, type Comparison, type ConflictPolicy, type Known } from '@hindsight/bitemporal';
import { parseEvents } from '../parse';
import { registry } from '../registry.generated';
import type { ProductState } from '../state';
import type { RecordedEvent } from '../types';
import { compare } from './addition';

/** An event as a client sends it. */
export type Sent = Readonly<Record<string, unknown>>;

/** What became of an append. */
export interface Outcome {
  /** Why it was refused; absent where it was not. */
  readonly refused?: { readonly rule: string; readonly detail: string };
  /** At the moment of recording: as it was where the append was refused. */
  readonly state: ProductState | null;
  /** What a count found out. */
  readonly variance?: string;
  readonly comparison: Comparison<ProductState>;
  /** The log after the append. */
  readonly log: Given;
}

/** The whole minutes of one morning: event n is recorded at minute n. */
export const at = (minute: number): string =>
  new Date(Date.UTC(2026, 10, 23, 9) + minute * 60_000).toISOString();

const PRODUCT = 'anvil';

/** Events without an id are called e1, e2 … by their versions. */
function record(log: readonly RecordedEvent[], sent: readonly Sent[]): RecordedEvent[] {
  const named = sent.map((event, index) => ({ eventId: `e${log.length + 1 + index}`, ...event }));
  const parsed = parseEvents(registry, named, { productId: PRODUCT, newId: () => '' });
  if (!parsed.ok) throw new Error(`the scenario has an invalid event: ${JSON.stringify(parsed.errors)}`);
  const recordedAt = at(log.length + 1);
  const latest = stateAsOf(registry, PRODUCT, log, { asOf: '9999-12-31T23:59:59.999Z' })?.state ?? null;
  return registry.complete(parsed.events, latest).map((event, index) => ({
    ...event,
    version: log.length + 1 + index,
    effectiveAt: event.effectiveAt ?? recordedAt,
    recordedAt,
    recordedBy: 'tester',
  }));
}

/** A log, and what it says. */
export class Given {
  constructor(readonly events: readonly RecordedEvent[]) {}

  stateAt(asOf: string, known: Known = {}): ProductState | null {
    return stateAsOf(registry, PRODUCT, this.events, { asOf, ...known })?.state ?? null;
  }

  /** The state as of the last recording. */
  get state(): ProductState | null {
    return this.stateAt(this.events.at(-1)?.recordedAt ?? at(0));
  }

  /** Appends an event, or several at once, as a log does that keeps everything in memory. */
  when(sent: Sent | readonly Sent[], policy: ConflictPolicy = 'reject'): Outcome {
    const added = record(this.events, Array.isArray(sent) ? (sent as Sent[]) : [sent as Sent]);
    const now = at(this.events.length + 1);
    const after = [...this.events, ...added];
    const comparison = compare({ productId: PRODUCT, before: this.events, after, now });
    const decision = decide(registry, comparison, policy);
    const log = decision.accepted ? new Given(after) : this;
    const findings = comparison.outcomes.get(after.length)?.findings;
    return {
      ...(!decision.accepted && { refused: { rule: decision.rule, detail: decision.detail } }),
      ...(decision.accepted && findings),
      state: log.stateAt(now),
      comparison,
      log,
    };
  }
}

/** A log of these events, each recorded a minute after the one before, whatever they break. */
export function given(...sent: readonly Sent[]): Given {
  let log: RecordedEvent[] = [];
  for (const event of sent) log = [...log, ...record(log, [event])];
  return new Given(log);
}

/**
 * One product's log in the browser: the state at every (T, K) without asking the server.
 *
 * An event counts from the version that recorded it until a correction replaces or retracts it, and a replacement
 * counts from its correction on. So the log becomes a table of entries, each with the versions through which it counts
 * (the usual form of a bitemporal table). Sorted once by position, the history as known at a version is the entries
 * that count there, in order. The fold is the domain's own.
 */
import {
  advance,
  comparePositions,
  effectiveEventOf,
  type EffectiveEvent,
  type Effect,
  type StateAt,
} from '@hindsight/bitemporal';
import { registry, type ChangeContent, type ProductState, type RecordedEvent } from '@hindsight/domain';

type Amount = NonNullable<Effect['amount']>;

/** What an event counts as, from one version of the log until another. */
export interface Entry {
  /** The event as it was recorded. */
  readonly event: RecordedEvent;
  readonly effective: EffectiveEvent<ChangeContent>;
  /** Its effective time in milliseconds. */
  readonly at: number;
  /** The first version that counts it. */
  readonly from: number;
  /** The first version that no longer does. */
  readonly until: number;
  /** The correction that made this entry out of the event. */
  readonly correction: RecordedEvent | undefined;
  /** The correction that ended it. */
  readonly endedBy: RecordedEvent | undefined;
  /** Undefined: its type has a reducer of its own. */
  readonly amount: Amount | undefined;
  /** It was recorded after an event that comes after it in effective time. */
  readonly isLate: boolean;
}

/** Quantities at the end of each instant, in millionths. */
export interface Line {
  readonly times: readonly number[];
  readonly quantities: readonly bigint[];
}

export interface History {
  readonly productId: string;
  /** In the order of recording. */
  readonly events: readonly RecordedEvent[];
  /** In effective order. */
  readonly entries: readonly Entry[];
  readonly head: number;
}

/** An entry whose end is not known yet. */
type OpenEntry = Omit<Entry, 'until' | 'endedBy' | 'isLate'>;

function openEntry(event: RecordedEvent, content: ChangeContent, correction?: RecordedEvent): OpenEntry {
  const effective = effectiveEventOf(registry, event, content);
  return {
    event,
    effective,
    at: Date.parse(effective.event.effectiveAt),
    from: (correction ?? event).version,
    correction,
    amount: registry.change(content.eventType).effect(effective.content)?.amount,
  };
}

/** All that an event ever counted as, one after another. */
function entriesOf(event: RecordedEvent, corrections: readonly RecordedEvent[]): Omit<Entry, 'isLate'>[] {
  const entries: Omit<Entry, 'isLate'>[] = [];
  let current: OpenEntry | undefined = openEntry(event, event);
  for (const correction of corrections) {
    if (current) entries.push({ ...current, until: correction.version, endedBy: correction });
    const replacement = registry.correction(correction)?.replacement;
    current = replacement && openEntry(event, replacement, correction);
  }
  if (current) entries.push({ ...current, until: Infinity, endedBy: undefined });
  return entries;
}

export function historyFrom(productId: string, events: readonly RecordedEvent[]): History {
  const corrections = new Map<string, RecordedEvent[]>();
  for (const event of events) {
    const target = registry.correction(event)?.targetEventId;
    if (target !== undefined) corrections.set(target, [...(corrections.get(target) ?? []), event]);
  }
  const unmarked = events
    .filter((event) => registry.correction(event) === undefined)
    .flatMap((event) => entriesOf(event, corrections.get(event.eventId) ?? []));
  // Lateness needs the order of recording: an entry is late if one before it has a later position.
  let furthest: EffectiveEvent<ChangeContent> | undefined;
  const late = new Set<object>();
  for (const entry of [...unmarked].sort((a, b) => a.from - b.from)) {
    if (furthest && comparePositions(entry.effective.event, furthest.event) < 0) late.add(entry);
    else furthest = entry.effective;
  }
  const entries = unmarked
    .map((entry): Entry => ({ ...entry, isLate: late.has(entry) }))
    .sort((a, b) => comparePositions(a.effective.event, b.effective.event) || a.from - b.from);
  return { productId, events, entries, head: events.at(-1)?.version ?? 0 };
}

export const counts = (entry: Pick<Entry, 'from' | 'until'>, version: number): boolean =>
  entry.from <= version && version < entry.until;

/** The last version that was recorded at or before a moment; null: now. */
export function versionAt({ events, head }: History, knownAt: string | null): number {
  if (knownAt === null) return head;
  let [low, high] = [0, events.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((events[middle]?.recordedAt ?? '') <= knownAt) low = middle + 1;
    else high = middle;
  }
  return events[low - 1]?.version ?? 0;
}

/** The amount after an entry; null: there was nothing before it. */
export function amountAfter(before: bigint | null, amount: Amount): bigint {
  if ('set' in amount) return amount.set;
  if ('add' in amount) return (before ?? 0n) + amount.add;
  return before ?? amount.initial;
}

/** Calls back for every entry that counts at a version, with the quantity before and after it. */
export function walk(
  history: History,
  version: number,
  visit: (entry: Entry, before: bigint | null, after: bigint) => void,
): void {
  let before: bigint | null = null;
  let state: StateAt<ProductState> | null = null;
  // One type with a reducer of its own needs whole states.
  const isFolded = history.entries.some(({ amount }) => amount === undefined);
  for (const entry of history.entries) {
    if (!counts(entry, version)) continue;
    if (isFolded) state = advance(registry, history.productId, state, entry.effective);
    const after: bigint = state
      ? millionthsOf(state.state.quantity)
      : amountAfter(before, entry.amount ?? { add: 0n });
    visit(entry, before, after);
    before = after;
  }
}

const MILLION = 1_000_000n;

/** A canonical decimal in millionths. */
export function millionthsOf(text: string): bigint {
  const [, sign, whole = '0', places = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  const value = BigInt(whole) * MILLION + BigInt(places.padEnd(6, '0').slice(0, 6));
  return sign === '-' ? -value : value;
}

export function lineAt(history: History, version: number): Line {
  const times: number[] = [];
  const quantities: bigint[] = [];
  walk(history, version, ({ at }, _before, after) => {
    if (times.at(-1) === at) {
      times.pop();
      quantities.pop();
    }
    times.push(at);
    quantities.push(after);
  });
  return { times, quantities };
}

/** The index of the last time at or before a moment; -1: none. */
export function indexAt(times: ArrayLike<number>, moment: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] ?? 0) <= moment) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The quantity at a moment; undefined: nothing exists yet. */
export const quantityAt = ({ times, quantities }: Line, moment: number): bigint | undefined =>
  quantities[indexAt(times, moment)];

/** state(asOf, version), and the event that led to it; null if nothing counts. */
export function stateAt(history: History, asOf: number, version: number): StateAt<ProductState> | null {
  let state: StateAt<ProductState> | null = null;
  for (const entry of history.entries) {
    if (entry.at > asOf) break;
    if (counts(entry, version)) state = advance(registry, history.productId, state, entry.effective);
  }
  return state;
}

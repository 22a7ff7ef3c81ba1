import { advance, comparePlaces, type Fact, type Snapshot } from './fold';
import type { Registry } from './registry';
import type { ChangeContent, RecordedEvent } from './types';

/** Through where the log was known: all of it, or up to a recorded time or a version, inclusive. */
export interface Known {
  readonly knownAt?: string;
  readonly version?: number;
}

/**
 * The definition of a product's history, and the oracle of every test; everything faster must equal it.
 *
 * 1. what was known; 2. corrections among that, the last recorded of a target winning; 3. effective order.
 */
export function historyOf(
  registry: Registry,
  log: readonly RecordedEvent[],
  known: Known = {},
): readonly Fact[] {
  const events = log.filter(
    ({ recordedAt, version }) =>
      recordedAt <= (known.knownAt ?? recordedAt) && version <= (known.version ?? version),
  );
  const corrections = new Map<string, RecordedEvent>();
  for (const event of events) {
    if (registry.get(event.eventType)?.kind === 'correction')
      corrections.set(event['targetEventId'] as string, event);
  }
  return events
    .filter((event) => registry.get(event.eventType)?.kind !== 'correction')
    .flatMap((event) => {
      const correction = corrections.get(event.eventId);
      if (correction === undefined) return [factOf(registry, event, event)];
      const replacement = correction['replacement'] as ChangeContent | undefined;
      return replacement === undefined ? [] : [factOf(registry, event, replacement)];
    })
    .sort((a, b) => comparePlaces(a.event, b.event));
}

/** An event at its place: its own, or the one that a replacement moves it to. */
export function factOf(
  registry: Registry,
  event: Pick<RecordedEvent, 'eventId' | 'version' | 'effectiveAt' | 'recordedAt'>,
  content: ChangeContent,
): Fact {
  const { eventId, version, recordedAt } = event;
  const { eventType, effectiveAt = event.effectiveAt } = content;
  return {
    event: { eventId, eventType, version, effectiveAt, recordedAt },
    content: registry.upcast(content),
  };
}

/** state(asOf = T, knownAt = K): the fold of the facts with effectiveAt ≤ T. */
export function snapshotAt(
  registry: Registry,
  log: readonly RecordedEvent[],
  { asOf, ...known }: Known & { readonly asOf: string },
): Snapshot | null {
  let snapshot: Snapshot | null = null;
  for (const fact of historyOf(registry, log, known)) {
    if (fact.event.effectiveAt > asOf) break;
    snapshot = advance(registry, log[0]?.productId ?? '', snapshot, fact);
  }
  return snapshot;
}

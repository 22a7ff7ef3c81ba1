import { stateAsOf, type EventReference, type Known } from '@hindsight/bitemporal';
import type { ProductState, RecordedEvent, Registry } from '@hindsight/domain';
import type { ReferencedEvent } from '@hindsight/workflow';

export { historyOf } from '@hindsight/bitemporal';

/** A reference as answers show it: a corrected event says by what, and what it was before. */
export function shown(
  log: readonly RecordedEvent[],
  { correction, ...reference }: EventReference,
): ReferencedEvent {
  const by = log.find(({ version }) => version === correction);
  const original = log.find(({ version }) => version === reference.version);
  if (by === undefined || original === undefined) return reference;
  const { eventId, version, recordedAt, recordedBy, reason } = by;
  return {
    ...reference,
    correctedBy: { eventId, version, recordedAt, recordedBy, ...(reason !== undefined && { reason }) },
    original,
  };
}

/** state(asOf = T, knownAt = K) of a whole log of one product, by the definition; and the event that led to it. */
export function snapshotAt(
  registry: Registry,
  log: readonly RecordedEvent[],
  moment: Known & { readonly asOf: string },
): { readonly state: ProductState; readonly last: ReferencedEvent } | null {
  const found = stateAsOf(registry, log[0]?.productId ?? '', log, moment);
  return found && { state: found.state, last: shown(log, found.last) };
}

import { stateAsOf, type Known, type StateAt } from '@hindsight/bitemporal';
import type { ProductState, RecordedEvent, Registry } from '@hindsight/domain';

export { historyOf } from '@hindsight/bitemporal';

/** state(asOf = T, knownAt = K) of a whole log of one product, by the definition. */
export const snapshotAt = (
  registry: Registry,
  log: readonly RecordedEvent[],
  moment: Known & { readonly asOf: string },
): StateAt<ProductState> | null => stateAsOf(registry, log[0]?.productId ?? '', log, moment);

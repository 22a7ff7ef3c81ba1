import { CUTS, levelOf } from '@hindsight/bitemporal';
import type { Machine } from './machine';

export const LONG_AGO = '2026-01-01T00:00:00Z';

/** The states of an append after its decision: of one in order, and of one that invalidates stored states. */
export const STORED = ['Decision', 'StoreEvent'];
export const STORED_LATE = ['Decision', 'StoreEventAndRepair', 'RequestRepair', 'Done'];
/** The same for several items: of batches, and of corrections. */
export const STORED_TOGETHER = ['Decision', 'StoreEvents'];
export const CORRECTED = ['Decision', 'StoreEventsAndRepair', 'RequestRepair', 'Done'];

/** More versions than any product here comes to. */
const VERSIONS = 20;

const endsRun = (product: string): boolean =>
  Array.from({ length: VERSIONS }, (_, n) => levelOf(product, n + 1, CUTS)).some((level) => level > 0);

let products = 0;
/**
 * A product that nothing has happened to yet, and none of whose first versions ends a run of events: no append to it asks
 * for a repair just because of where the summaries are cut.
 */
export function fresh(): string {
  for (;;) {
    const product = `product-${(products += 1)}`;
    if (!endsRun(product)) return product;
  }
}

/** Appends on a machine, and what its log then says of a product: the state, or why there is none. */
export const appending = (machine: () => Machine) => ({
  run: (productId: string, body: unknown, options: object = {}) =>
    machine().run({ productId, body, ...options }),
  stateOf: async (productId: string) => {
    const answer = await machine().log.stateAt(productId);
    return answer.found ? answer.state : answer.why;
  },
});

import type { Machine } from './machine';

export const LONG_AGO = '2026-01-01T00:00:00Z';

/** The states of an append after its decision: of one in order, and of one that invalidates stored states. */
export const STORED = ['Decision', 'StoreEvent'];
export const STORED_LATE = ['Decision', 'StoreEventAndRepair', 'RequestRepair', 'Done'];
/** The same for several items: of batches, and of corrections. */
export const STORED_TOGETHER = ['Decision', 'StoreEvents'];
export const CORRECTED = ['Decision', 'StoreEventsAndRepair', 'RequestRepair', 'Done'];

let products = 0;
/** A product that nothing has happened to yet. */
export const fresh = (): string => `product-${(products += 1)}`;

/** Appends on a machine, and what its log then says of a product: the state, or why there is none. */
export const appending = (machine: () => Machine) => ({
  run: (productId: string, body: unknown, options: object = {}) =>
    machine().run({ productId, body, ...options }),
  stateOf: async (productId: string) => {
    const answer = await machine().log.stateAt(productId);
    return answer.found ? answer.state : answer.why;
  },
});

import type { Store } from '@hindsight/event-log';
import { wiredStore } from './wired-store';

/** A store that counts its requests. */
export class CountingStore {
  requests = 0;
  readonly store: Store;

  constructor(store: Store) {
    this.store = wiredStore(store, (_, carryOut) => {
      this.requests += 1;
      return carryOut();
    });
  }
}

import { overriding } from '../support/overriding';
import type { Store } from '@hindsight/event-log';

export const KILLED = 'the repair was killed';

/** Kills the process that writes summaries after so many of their writes. */
export class Mortality {
  /** Writes that may still be made. */
  life = Infinity;

  /** The store as that process sees it. */
  over(store: Store): Store {
    return overriding(store, {
      replaceCaches: async (streamId, puts, deletes) => {
        for (const item of puts) await this.#write(() => store.replaceCaches(streamId, [item], []));
        for (const sk of deletes) await this.#write(() => store.replaceCaches(streamId, [], [sk]));
      },
    });
  }

  async #write(write: () => Promise<void>): Promise<void> {
    if (this.life <= 0) throw new Error(KILLED);
    this.life -= 1;
    return write();
  }
}

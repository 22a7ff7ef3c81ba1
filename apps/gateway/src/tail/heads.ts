import type { Logger } from 'pino';

/**
 * Calls a function periodically.
 * @returns a function that stops it
 */
export type Every = (milliseconds: number, call: () => void) => () => void;

export const everyInterval: Every = (milliseconds, call) => {
  const timer = setInterval(call, milliseconds).unref();
  return () => clearInterval(timer);
};

interface Watched {
  head: number;
  watchers: number;
  asking: boolean;
  readonly waiting: Set<() => void>;
  readonly stop: () => void;
}

export interface Watch {
  /** Resolves when the product has a version beyond the given one, or when the watch ends. */
  beyond(version: number): Promise<void>;
  end(): void;
}

export interface HeadsOptions {
  readonly headVersion: (productId: string) => Promise<number>;
  readonly every: Every;
  /** Polling interval per product, in milliseconds. */
  readonly interval: number;
  readonly logger: Logger;
}

/**
 * Detects new versions of watched products: immediately if this process appended them, otherwise within one
 * polling interval. Each watched product is polled once per interval, regardless of the number of watchers.
 */
export class Heads {
  readonly #watched = new Map<string, Watched>();

  constructor(readonly options: HeadsOptions) {}

  /** Reports a version of the product that was just appended or read. */
  reached(productId: string, version: number): void {
    const watched = this.#watched.get(productId);
    if (watched === undefined || version <= watched.head) return;
    watched.head = version;
    for (const wake of watched.waiting) wake();
  }

  /** @param head the version that the watcher has already seen */
  watch(productId: string, head: number): Watch {
    const watched = this.#watchedOf(productId, head);
    watched.watchers += 1;
    let ended = false;
    const mine = new Set<() => void>();
    return {
      beyond: (version) =>
        new Promise((resolve) => {
          const wake = (): void => {
            if (!ended && watched.head <= version) return;
            watched.waiting.delete(wake);
            mine.delete(wake);
            resolve();
          };
          watched.waiting.add(wake);
          mine.add(wake);
          wake();
        }),
      end: () => {
        if (ended) return;
        ended = true;
        for (const wake of mine) wake();
        watched.watchers -= 1;
        if (watched.watchers > 0) return;
        watched.stop();
        this.#watched.delete(productId);
      },
    };
  }

  #watchedOf(productId: string, head: number): Watched {
    const there = this.#watched.get(productId);
    if (there !== undefined) {
      this.reached(productId, head);
      return there;
    }
    const { every, interval } = this.options;
    const stop = every(interval, () => void this.#ask(productId));
    const watched: Watched = { head, watchers: 0, asking: false, waiting: new Set(), stop };
    this.#watched.set(productId, watched);
    return watched;
  }

  /** A product with a pending read is not polled again; after a failed read, it is. */
  async #ask(productId: string): Promise<void> {
    const watched = this.#watched.get(productId);
    if (watched === undefined || watched.asking) return;
    watched.asking = true;
    try {
      this.reached(productId, await this.options.headVersion(productId));
    } catch (error) {
      this.options.logger.warn({ err: error, productId }, 'the head of a tailed product could not be read');
    } finally {
      watched.asking = false;
    }
  }
}

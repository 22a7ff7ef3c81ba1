import { Problem } from './problems';

export interface QueueLimits {
  readonly waitingPerProduct: number;
  readonly longestWait: number;
}

interface Waiting {
  readonly start: () => void;
  readonly leave: () => void;
}

const tooMany = (detail: string): Problem =>
  new Problem('contention', detail, { headers: { 'Retry-After': '1' } });

/**
 * One queue per product, first in, first out: the appends of this process to one product go one after
 * the other. Without it, of 32 writers to one product 31 would lose the race for the next version, again and
 * again; here they wait instead. Nothing depends on it: writers of other processes still race, and the
 * store's conditions decide.
 */
export class KeyedQueues {
  readonly #queues = new Map<string, Waiting[]>();
  readonly #limits: QueueLimits;

  constructor(limits: QueueLimits) {
    this.#limits = limits;
  }

  /**
   * Runs a task when its turn comes.
   * @param gone aborts when the client has disconnected; a task that has not started then never runs
   * @throws Problem contention if too many tasks wait, or this one has waited too long
   */
  async run<T>(key: string, task: () => Promise<T>, gone?: AbortSignal): Promise<T> {
    await this.#turn(key, gone);
    try {
      return await task();
    } finally {
      this.#next(key);
    }
  }

  /**
   * Runs a task when its turn has come in the queue of each key. Every task enters the queues in one order, the order
   * of the keys, so no two tasks can wait for each other.
   */
  runAll<T>(keys: readonly string[], task: () => Promise<T>, gone?: AbortSignal): Promise<T> {
    const ordered = [...new Set(keys)].sort();
    return ordered.reduceRight((inner, key) => () => this.run(key, inner, gone), task)();
  }

  #turn(key: string, gone: AbortSignal | undefined): Promise<void> {
    const waiting = this.#queues.get(key);
    if (waiting === undefined) {
      this.#queues.set(key, []);
      return Promise.resolve();
    }
    if (waiting.length >= this.#limits.waitingPerProduct) {
      return Promise.reject(tooMany(`${waiting.length} appends to this product are waiting already`));
    }
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        clearTimeout(timer);
        gone?.removeEventListener('abort', entry.leave);
      };
      const entry: Waiting = {
        start: () => {
          settle();
          resolve();
        },
        leave: () => {
          settle();
          waiting.splice(waiting.indexOf(entry), 1);
          reject(tooMany('the appends before this one took too long'));
        },
      };
      const timer = setTimeout(entry.leave, this.#limits.longestWait);
      gone?.addEventListener('abort', entry.leave);
      waiting.push(entry);
    });
  }

  #next(key: string): void {
    const next = this.#queues.get(key)?.shift();
    if (next === undefined) this.#queues.delete(key);
    else next.start();
  }
}

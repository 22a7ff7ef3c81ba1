import { Problem } from './problems';

export interface FairQueueLimits {
  readonly atOnce: number;
  /** Running tasks per client. */
  readonly perClient: number;
  /** Maximum number of waiting tasks; more are refused. */
  readonly waiting: number;
  /** Waiting tasks per client. */
  readonly waitingPerClient: number;
  readonly longestWaitMs: number;
}

interface Share {
  running: number;
  readonly waiting: (() => void)[];
}

const tooMany = (detail: string): Problem =>
  new Problem('overloaded', detail, { headers: { 'Retry-After': '1' } });

/**
 * Limits the number of concurrent tasks. Waiting clients take turns: a client with a hundred tasks delays
 * another client by one task, not by a hundred. No client can use the entire capacity. For tasks that keep a
 * page of the log in memory: as pages are bounded, limiting the tasks limits the memory.
 */
export class FairQueue {
  #running = 0;
  #waiting = 0;
  /** In the order of their turns. */
  readonly #shares = new Map<string, Share>();

  constructor(readonly limits: FairQueueLimits) {}

  /** @throws Problem overloaded if too many tasks wait, or this one has waited too long */
  async run<T>(client: string, task: () => Promise<T>): Promise<T> {
    await this.#turn(client);
    try {
      return await task();
    } finally {
      this.#running -= 1;
      const share = this.#shares.get(client);
      if (share !== undefined) share.running -= 1;
      this.#startNext();
    }
  }

  #turn(client: string): Promise<void> {
    const { waiting, waitingPerClient, longestWaitMs } = this.limits;
    const share = this.#shares.get(client) ?? { running: 0, waiting: [] };
    if (this.#waiting >= waiting || share.waiting.length >= waitingPerClient)
      return Promise.reject(tooMany(`${share.waiting.length} requests of this kind are waiting already`));
    this.#shares.set(client, share);
    return new Promise((resolve, reject) => {
      const start = (): void => {
        clearTimeout(timer);
        resolve();
      };
      const giveUp = (): void => {
        share.waiting.splice(share.waiting.indexOf(start), 1);
        this.#waiting -= 1;
        reject(tooMany('the requests before this one took too long'));
      };
      const timer = longestWaitMs === Infinity ? undefined : setTimeout(giveUp, longestWaitMs);
      share.waiting.push(start);
      this.#waiting += 1;
      this.#startNext();
    });
  }

  #startNext(): void {
    while (this.#running < this.limits.atOnce) {
      const next = this.#nextClient();
      if (next === undefined) return;
      const [client, share] = next;
      this.#waiting -= 1;
      this.#running += 1;
      share.running += 1;
      // Move the client behind all others.
      this.#shares.delete(client);
      this.#shares.set(client, share);
      share.waiting.shift()?.();
    }
  }

  /** Among the waiting clients below their share, the one with the fewest running tasks. */
  #nextClient(): [string, Share] | undefined {
    let next: [string, Share] | undefined;
    for (const [client, share] of this.#shares) {
      if (share.running === 0 && share.waiting.length === 0) this.#shares.delete(client);
      const mayRun = share.waiting.length > 0 && share.running < this.limits.perClient;
      if (mayRun && (next === undefined || share.running < next[1].running)) next = [client, share];
    }
    return next;
  }
}

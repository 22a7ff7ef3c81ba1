import type { EventItem } from '../storage/items';

/** What the append before left to the next one of its product. */
export interface Lane {
  /**
   * The newest event as this process last wrote it. A hint and no more: another process may have appended since,
   * and then the condition of the write fails.
   */
  head?: EventItem | undefined;
}

interface Queue extends Lane {
  users: number;
  last: Promise<unknown>;
}

/**
 * One lane a product: appends of one process to it go one after the other, in the order in which they came, each from
 * the head that the one before has written. Without it, of 16 writers to one product 15 would lose the race for the
 * next version, again and again. A lane is there only while somebody uses it.
 */
export class Lanes {
  readonly #queues = new Map<string, Queue>();

  async run<T>(productId: string, task: (lane: Lane) => Promise<T>): Promise<T> {
    const queue: Queue = this.#queues.get(productId) ?? { users: 0, last: Promise.resolve() };
    this.#queues.set(productId, queue);
    queue.users += 1;
    const turn = queue.last.then(() => task(queue));
    // Whoever comes next waits for the end, however it ends.
    queue.last = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      queue.users -= 1;
      if (queue.users === 0) this.#queues.delete(productId);
    }
  }
}

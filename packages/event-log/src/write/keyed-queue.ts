import type { EventItem } from '../storage/items';

/** Appends that one process keeps waiting, of one stream and of all. */
export const MOST_WAITING = { ofOne: 1000, ofAll: 10_000 } as const;

/** Too many appends wait in this process already. Nothing was stored; try again later. */
export class QueueFullError extends Error {
  override readonly name = 'QueueFull';
}

/** What the append before left to the next one of its stream. */
export interface Turn {
  /**
   * The newest event as this process last wrote it. A hint and no more: another process may have appended since,
   * and then the condition of the write fails.
   */
  head?: EventItem | undefined;
}

interface Queue extends Turn {
  users: number;
  last: Promise<unknown>;
}

/**
 * One queue per stream: the appends of one process to it run one after the other, in the order in which they came,
 * each from the head that the one before has written. Without it, of 16 writers to one stream 15 would lose the race
 * for the next version, again and again. A queue exists only while somebody uses it, and its length is limited:
 * beyond it an append is refused at once, rather than answered when its sender has long given up.
 */
export class KeyedQueue {
  readonly #queues = new Map<string, Queue>();
  #users = 0;

  constructor(readonly limits: { readonly ofOne: number; readonly ofAll: number } = MOST_WAITING) {}

  /** @throws QueueFullError */
  async run<T>(streamId: string, task: (turn: Turn) => Promise<T>): Promise<T> {
    const queue: Queue = this.#queues.get(streamId) ?? { users: 0, last: Promise.resolve() };
    if (queue.users >= this.limits.ofOne)
      throw new QueueFullError(`${queue.users} appends to ${streamId} wait already; try again later`);
    if (this.#users >= this.limits.ofAll)
      throw new QueueFullError(`${this.#users} appends wait already; try again later`);
    this.#queues.set(streamId, queue);
    queue.users += 1;
    this.#users += 1;
    const turn = queue.last.then(() => task(queue));
    // The next one waits for the end, however it ends.
    queue.last = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      queue.users -= 1;
      this.#users -= 1;
      if (queue.users === 0) this.#queues.delete(streamId);
    }
  }

  /**
   * Runs a task when its turn has come in the queue of each stream. Every task enters the queues in one order, the order
   * of the names, so no two tasks can wait for each other.
   * @throws QueueFullError
   */
  runAll<T>(
    streamIds: readonly string[],
    task: (turns: ReadonlyMap<string, Turn>) => Promise<T>,
  ): Promise<T> {
    const names = [...new Set(streamIds)].sort();
    const enter = (turns: ReadonlyMap<string, Turn>): Promise<T> => {
      const next = names[turns.size];
      if (next === undefined) return task(turns);
      return this.run(next, (turn) => enter(new Map([...turns, [next, turn]])));
    };
    return enter(new Map());
  }
}

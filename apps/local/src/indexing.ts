import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CLOSING_WAIT_MS, ClosingRegister, createDynamoDbStore, type Store } from '@hindsight/event-log';
import {
  advanceClosings,
  createDynamoDbViewStore,
  ensureViewTable,
  Indexer,
  Outlet,
  Views,
} from '@hindsight/views';
import { createProductLog } from '@hindsight/workflow';
import type { Logger } from 'pino';
import { toWebhook } from './webhook';
import type { Writes } from './writes';

/** Products in one step. */
const AT_ONCE = 100;
/** Without a write, the indexer looks this often for rows that have fallen due, and says that it is up to date. */
const IDLE_MS = 500;
/** The least time between two notes that everything is indexed. */
const BEAT_MS = 250;
const RETRY_ASIDE_MS = 30_000;
/** The least time between two looks at the closings. */
const CLOSINGS_MS = 1_000;
/** The time of a write of which nothing is known. */
const UNKNOWN = 0;
/** The wait after a failure of the engine. */
const PAUSE_MS = 250;
/** Events of one request to the webhook. */
const BATCH = 25;

export interface IndexingOptions {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly viewsTableName: string;
  readonly writes: Writes;
  readonly logger: Logger;
  /** When an answer about a recorded time is final. Milliseconds. */
  readonly settleMs: number;
  /** Where recorded events go out. */
  readonly webhook?: string | undefined;
  /** Whether everything was indexed when the log was left. If not, all products are compared with their views. */
  readonly wasIndexed: boolean;
}

/** The indexer of `npm start`: one loop in this process. */
export class Indexing {
  readonly #indexer: Indexer;
  readonly #store: Store;
  readonly #outlet: Outlet | undefined;
  readonly #views: Views;
  readonly #closings: ClosingRegister;
  readonly #stopping = new AbortController();
  #delivering = false;
  #running: Promise<void> = Promise.resolve();
  /** Whether every product of the log has been compared with its views. */
  #complete: boolean;
  #retriedAt = 0;
  #closedAt = 0;
  #closing = false;
  #beatAt = 0;

  private constructor(readonly options: IndexingOptions) {
    const { client, tableName, viewsTableName, logger } = options;
    this.#complete = options.wasIndexed;
    this.#store = createDynamoDbStore(client, tableName);
    const store = createDynamoDbViewStore(client, viewsTableName);
    const log = createProductLog({ store: this.#store });
    this.#indexer = new Indexer({
      store,
      log,
      onSetAside: (productId, error) => logger.error({ productId, err: error }, 'a product is set aside'),
    });
    this.#views = new Views({ store, log, settleMs: options.settleMs });
    this.#closings = new ClosingRegister(this.#store);
    const { webhook } = options;
    this.#outlet =
      webhook === undefined
        ? undefined
        : new Outlet({
            ...{ store, views: this.#views, name: webhook, atOnce: BATCH },
            deliver: toWebhook(webhook),
            onSetAside: ({ id }) => logger.error({ event: id }, 'an event could not be delivered'),
          });
  }

  static async start(options: IndexingOptions): Promise<Indexing> {
    await ensureViewTable(options.client, options.viewsTableName);
    const indexing = new Indexing(options);
    indexing.#running = indexing.#run();
    return indexing;
  }

  /** Indexes what was written so far. @returns whether everything is indexed */
  async stop(): Promise<boolean> {
    this.#stopping.abort();
    this.options.writes.wake();
    await this.#running;
    return this.#complete && this.options.writes.isEmpty;
  }

  async #run(): Promise<void> {
    const { writes, logger } = this.options;
    const comparing = this.#complete ? Promise.resolve() : this.#compareAll();
    // Once more after the signal: for what was written before it.
    for (let last = false; !last;) {
      last = this.#stopping.signal.aborted;
      try {
        await this.#step();
      } catch (error) {
        logger.warn({ err: error }, 'the views could not be brought up to date; the indexer tries again');
        if (last) break;
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      }
      if (!last) await writes.next(IDLE_MS);
    }
    await comparing;
  }

  async #step(): Promise<void> {
    const { writes } = this.options;
    do {
      const taken = writes.take(AT_ONCE);
      try {
        await this.#indexer.index(taken.keys());
      } catch (error) {
        writes.giveBack(taken);
        throw error;
      }
      await this.#beat();
    } while (!writes.isEmpty);
    this.#deliver();
    this.#advanceClosings();
    await this.#indexer.refreshDue();
    if (Date.now() - this.#retriedAt < RETRY_ASIDE_MS) return;
    this.#retriedAt = Date.now();
    await this.#indexer.retry();
  }

  /** Sends what is new to the webhook, which does not make the views wait. */
  #deliver(): void {
    if (this.#outlet === undefined || this.#delivering) return;
    this.#delivering = true;
    void this.#outlet
      .deliver()
      .catch((error: unknown) => this.options.logger.warn({ err: error }, 'events could not be delivered'))
      .finally(() => (this.#delivering = false));
  }

  /** Makes the reports of closings, for which the views do not wait. */
  #advanceClosings(): void {
    if (this.#closing || Date.now() - this.#closedAt < CLOSINGS_MS) return;
    this.#closing = true;
    this.#closedAt = Date.now();
    const options = { closings: this.#closings, views: this.#views, waitMs: CLOSING_WAIT_MS };
    void advanceClosings(options)
      .catch((error: unknown) => this.options.logger.warn({ err: error }, 'a closing could not go on'))
      .finally(() => (this.#closing = false));
  }

  /** Says through when everything is indexed. */
  async #beat(): Promise<void> {
    if (!this.#complete || Date.now() - this.#beatAt < BEAT_MS) return;
    this.#beatAt = Date.now();
    const { takenBefore } = this.options.writes;
    if (takenBefore > 0) await this.#indexer.control.beat(0, new Date(takenBefore).toISOString());
  }

  /** Hands every product of the log to the loop: some may have been written to by a process that was killed. */
  async #compareAll(): Promise<void> {
    const { writes, logger } = this.options;
    try {
      let some: string[] = [];
      for await (const productId of this.#store.partitions()) {
        if (this.#stopping.signal.aborted) return;
        if (some.push(productId) < AT_ONCE) continue;
        writes.changed(some, UNKNOWN);
        some = [];
      }
      writes.changed(some, UNKNOWN);
      this.#complete = true;
    } catch (error) {
      logger.error({ err: error }, 'the log could not be compared with its views');
    }
  }
}

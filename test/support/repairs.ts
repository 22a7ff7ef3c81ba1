import type { RepairReport } from '@hindsight/event-log';
import type { ProductLog } from '@hindsight/workflow';
import { openLog, verifyProduct } from './log';
import type { SummaryItem } from '../../packages/event-log/src/storage/summaries';
import { at, received, shipped } from './commands';
import { summaryItemsOf } from './items';
import { Meter } from './meter';
import { ownLog, type OwnLog } from './own-log';

/** The report of a repair that had nothing to do. */
export const NOTHING: RepairReport = { done: true, eventsRead: 0, summariesWritten: 0 };

/** A log for a test file that observes repairs. */
export class Repairs {
  readonly own: OwnLog = ownLog();
  /** How many items each write of a repair has. */
  writes: number[] = [];
  /** Its requests, one after another. */
  kinds: string[] = [];
  #log: ProductLog | undefined;
  #meter: Meter | undefined;

  constructor() {
    beforeEach(() => {
      const client = this.own.table.connect();
      [this.writes, this.kinds] = [[], []];
      client.middlewareStack.add((next, { commandName }) => (args) => {
        const { RequestItems = {} } = args.input as { RequestItems?: Record<string, object[]> };
        this.kinds.push((commandName ?? '').replace(/Command$/, ''));
        if (commandName === 'BatchWriteItemCommand')
          this.writes.push(...Object.values(RequestItems).map((requests) => requests.length));
        return next(args);
      });
      this.#meter = new Meter(client);
      this.#log = openLog({ client, tableName: this.own.table.tableName });
    });
  }

  /** One event per second, from second 0 on: alternately three in and two out. */
  async grow(count: number): Promise<void> {
    for (let first = 0; first < count; first += 25) {
      await this.own.append(
        Array.from({ length: Math.min(25, count - first) }, (_, i) => {
          const moment = { effectiveAt: at(first + i) };
          return (first + i) % 2 === 0 ? received(3, moment) : shipped(2, moment);
        }),
      );
    }
  }

  async late(seconds: number): Promise<void> {
    await this.own.append(received(1, { effectiveAt: at(seconds) }));
  }

  repair(budget?: number): Promise<RepairReport> {
    return (this.#log as ProductLog).repair(this.own.product, budget);
  }

  /** Requests of a repair, by operation. */
  async requestsOf(budget?: number): Promise<Readonly<Record<string, number>>> {
    return (await (this.#meter as Meter).of(() => this.repair(budget))).requests;
  }

  items(): Promise<SummaryItem[]> {
    return summaryItemsOf(this.own.table, this.own.product);
  }

  async expectClean(): Promise<void> {
    expect((await verifyProduct(this.own.table, this.own.product)).difference).toBeUndefined();
  }
}

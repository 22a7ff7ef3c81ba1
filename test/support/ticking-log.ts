import type { AppendResult, ProductLog } from '@hindsight/workflow';
import { openLog } from './log';
import { at, command } from './commands';
import { Meter, type Usage } from './meter';
import { ownLog, type OwnLog } from './own-log';

/**
 * A log whose clock advances one second per read, from 1,000 in every test, and whose requests are counted.
 */
export class TickingLog {
  readonly own: OwnLog = ownLog();
  seconds = 1000;
  #log: ProductLog | undefined;
  #meter: Meter | undefined;

  constructor() {
    beforeEach(() => {
      this.seconds = 1000;
      const client = this.own.table.connect();
      this.#meter = new Meter(client);
      const clock = () => new Date(at((this.seconds += 1)));
      this.#log = openLog({ client, tableName: this.own.table.tableName, clock });
    });
  }

  get log(): ProductLog {
    return this.#log as ProductLog;
  }

  readonly append = (body: unknown, more: Parameters<typeof command>[2] = {}): Promise<AppendResult> =>
    this.log.append(command(this.own.product, body, more));

  /** The requests that some work on the log caused. */
  readonly usageOf = (work: () => Promise<unknown>): Promise<Usage> => (this.#meter as Meter).of(work);

  readonly requestsOf = async (work: () => Promise<unknown>): Promise<Usage['requests']> =>
    (await this.usageOf(work)).requests;
}

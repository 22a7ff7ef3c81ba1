import type { AppendResult, ProductLog, ProductLogOptions } from '@hindsight/workflow';
import { command } from './commands';
import { startTable, type TestTable } from './engine';
import { wholeLog, openLog } from './log';

/** The log that a file of tests works on, and the product of the test that runs. */
export interface OwnLog {
  readonly table: TestTable;
  readonly log: ProductLog;
  readonly product: string;
  /** The next product, within a test. */
  readonly another: () => void;
  /** Appends to the product. */
  readonly append: (body: unknown, options?: Parameters<typeof command>[2]) => Promise<AppendResult>;
  /** Of all events of the product, in the order of recording. */
  readonly versions: () => Promise<number[]>;
}

/** Starts a table before the tests of a block and stops it after them; every test has a product of its own. */
export function ownLog(options: Omit<ProductLogOptions, 'store'> = {}): OwnLog {
  let table: TestTable;
  let log: ProductLog;
  let products = 0;
  beforeAll(async () => {
    table = await startTable();
    log = openLog({ ...options, client: table.client, tableName: table.tableName });
  }, 60_000);
  afterAll(() => table.stop());
  const another = () => void (products += 1);
  beforeEach(another);
  const own = {
    get table() {
      return table;
    },
    get log() {
      return log;
    },
    get product() {
      return `product-${products}`;
    },
    another,
    append: (body: unknown, more = {}) => log.append(command(own.product, body, more)),
    versions: async () => (await wholeLog(log, own.product)).map(({ version }) => version),
  };
  return own;
}

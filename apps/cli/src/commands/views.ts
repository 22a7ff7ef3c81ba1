import { createDynamoDbViewStore, ensureViewTable, rebuild, verifyViews } from '@hindsight/views';
import { createProductLog } from '@hindsight/workflow';
import { EXIT, Failure } from '../exit';
import { counted, say, sayJson } from '../output';
import { startCounting } from '../progress';
import { openTable, unreachableTable, type Opened, type TableOptions } from '../table';

export interface ViewsOptions extends TableOptions {
  readonly json?: boolean;
}

const tableOf = ({ tableName }: Opened): string => process.env['VIEWS_TABLE_NAME'] || `${tableName}-views`;

const partsOf = (open: Opened) => ({
  store: createDynamoDbViewStore(open.client, tableOf(open)),
  log: createProductLog({ store: open.store }),
  products: () => open.store.partitions(),
});

async function withTable<T>(options: TableOptions, work: (open: Opened) => Promise<T>): Promise<T> {
  const open = await openTable(options);
  try {
    return await work(open);
  } catch (error) {
    throw error instanceof Failure ? error : unreachableTable(open.tableName, error);
  } finally {
    await open.close();
  }
}

/** A batch on AWS may take two minutes; a local one takes moments. */
const GRACE_MS = { cloud: 120_000, local: 2_000 };

/** `views rebuild`: safe while the server runs; the old rows answer until the new ones are complete. */
export async function rebuildViews(options: ViewsOptions): Promise<void> {
  const products = await withTable(options, async (open) => {
    if (!options.table) await ensureViewTable(open.client, tableOf(open));
    const progress = startCounting('products');
    const graceMs = options.table ? GRACE_MS.cloud : GRACE_MS.local;
    try {
      return await rebuild({ ...partsOf(open), graceMs, onProgress: progress.update });
    } finally {
      progress.stop();
    }
  });
  if (options.json) sayJson({ products });
  else say(`the rows of ${counted(products, 'product')} are rebuilt`);
}

/** `verify --views`: compares feed and catalogue with the log. */
export async function checkViews(options: ViewsOptions): Promise<void> {
  const report = await withTable(options, async (open) => {
    const { store, log, products } = partsOf(open);
    return verifyViews(store, log, products);
  });
  if (options.json) sayJson(report);
  else {
    const { products, chunks, events, setAside, differences } = report;
    for (const difference of differences) say(`DIFFERENCE ${difference}`);
    say(
      `${counted(products, 'product')}, ${counted(events, 'event')} in ${counted(chunks, 'chunk')} of the feed`,
    );
    if (setAside > 0) say(`not compared: ${counted(setAside, 'product')} that can't be indexed`);
    say(differences.length > 0 ? 'the views differ from the log' : 'the views show what the log says');
  }
  if (report.differences.length > 0) process.exitCode = EXIT.difference;
}

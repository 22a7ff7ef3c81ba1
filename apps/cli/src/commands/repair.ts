import { createProductLog } from '@hindsight/workflow';
import { EXIT, Failure } from '../exit';
import { counted, say, sayJson } from '../output';
import { startProgress } from '../progress';
import { openTable, unreachableTable, type Opened, type TableOptions } from '../table';

export interface RepairOptions extends TableOptions {
  readonly all?: boolean;
  readonly json?: boolean;
}

async function productsOf(open: Opened, productId: string | undefined): Promise<string[]> {
  if (productId !== undefined) {
    const version = await createProductLog({ store: open.store }).headVersion(productId);
    if (version > 0) return [productId];
    throw new Failure(`there is no product ${productId} in ${open.tableName}`, EXIT.refused);
  }
  const all: string[] = [];
  for await (const one of open.store.partitions()) all.push(one);
  return all;
}

/**
 * Repairs one product after another. It is safe to interrupt, and safe to run while the server is running.
 */
async function repairIn(open: Opened, productId: string | undefined) {
  const products = await productsOf(open, productId);
  const log = createProductLog({ store: open.store });
  const progress = startProgress(products.length, 'products');
  let [eventsRead, summariesWritten] = [0, 0];
  try {
    for (const [index, one] of products.entries()) {
      for (let done = false; !done;) {
        const report = await log.repair(one);
        ({ done } = report);
        eventsRead += report.eventsRead;
        summariesWritten += report.summariesWritten;
      }
      progress.update(index + 1);
    }
  } finally {
    progress.stop();
  }
  return { products: products.length, eventsRead, summariesWritten };
}

/** `repair`: brings the summaries up to date, and rebuilds those that are missing or were made by other code. */
export async function repair(productId: string | undefined, options: RepairOptions): Promise<void> {
  if ((productId === undefined) !== (options.all === true))
    throw new Failure('name a product, or give --all', EXIT.usage);
  const open = await openTable(options);
  try {
    const report = await repairIn(open, productId);
    if (options.json) return sayJson(report);
    const { products, eventsRead, summariesWritten } = report;
    const work = `${counted(eventsRead, 'event')} read, ${counted(summariesWritten, 'summary item')} written`;
    say(`${counted(products, 'product')} repaired: ${work}`);
  } catch (error) {
    throw error instanceof Failure ? error : unreachableTable(open.tableName, error);
  } finally {
    await open.close();
  }
}

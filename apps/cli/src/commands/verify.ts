import {
  verifyInventory,
  verifyProduct,
  type ProductDifference,
  type InventoryReport,
} from '@hindsight/workflow';
import { EXIT, Failure } from '../exit';
import { compareWithExport } from '../export/compare';
import { directSource } from '../export/direct';
import { fileFailure } from '../import/files';
import { counted, say, sayJson, table } from '../output';
import { openTable, unreachableTable, type Opened, type TableOptions } from '../table';

export interface VerifyOptions extends TableOptions {
  readonly json?: boolean;
  /** A file of `export events`. */
  readonly export?: string;
}

const sayDifference = ({ productId, item, invariant, expected, found }: ProductDifference): void => {
  say(`DIFFERENCE in ${productId} at ${item}: ${invariant}`);
  say(`  expected ${expected}`);
  say(`  found    ${found}`);
};

type Report = Omit<InventoryReport, 'ids' | 'marks'>;

function saySums({ streams, events, summaries, summariesUnusable, states }: Report): void {
  const rows = [['streams', 'events', 'states', 'summaries', 'unusable'], []];
  rows[1] = [streams, events, states, summaries, summariesUnusable].map(String);
  say(table(rows[0] as string[], [rows[1]]));
}

async function check({ store, tableName }: Opened, productId: string | undefined): Promise<Report> {
  if (productId === undefined) return verifyInventory({ store });
  const { difference, ...report } = await verifyProduct({ store }, productId);
  if (report.version === 0 && difference === undefined)
    throw new Failure(`there is no product ${productId} in ${tableName}`, EXIT.refused);
  return {
    ...report,
    streams: 1,
    differences: difference ? [difference] : [],
    streamsWithDifferences: difference ? 1 : 0,
  };
}

async function checkIn(open: Opened, productId: string | undefined) {
  try {
    return await check(open, productId);
  } catch (error) {
    throw error instanceof Failure ? error : unreachableTable(open.tableName, error);
  } finally {
    await open.close();
  }
}

/** The last line: it claims no more than was compared. */
function conclusion({ streamsWithDifferences, summariesUnusable, statesOfOtherCode }: Report): string {
  if (streamsWithDifferences > 0)
    return `inconsistencies found in ${counted(streamsWithDifferences, 'product')}`;
  const skipped = summariesUnusable + statesOfOtherCode;
  if (skipped === 0) return 'every invariant holds';
  return `no inconsistency found, but not compared: ${counted(skipped, 'stored state')} that other code made. Readers ignore them, and \`repair --all\` makes reads fast again`;
}

/** `verify`: reads the table directly instead of trusting the service. */
export async function verify(productId: string | undefined, options: VerifyOptions): Promise<void> {
  if (options.export !== undefined) return verifyExport(options.export, options);
  const report = await checkIn(await openTable(options), productId);
  if (options.json) sayJson(report);
  else {
    saySums(report);
    report.differences.forEach(sayDifference);
    say(conclusion(report));
  }
  if (report.differences.length > 0) process.exitCode = EXIT.difference;
}

/** `verify --export FILE`: whether the log has the events of an export, and no others. */
async function verifyExport(file: string, options: VerifyOptions): Promise<void> {
  const { store, close } = await openTable(options);
  const report = await compareWithExport(file, directSource(store))
    .catch((error: unknown) => {
      throw fileFailure(error);
    })
    .finally(close);
  if (options.json) sayJson(report);
  else {
    const { events, products, differences } = report;
    for (const difference of differences) say(`DIFFERENCE ${difference}`);
    say(
      differences.length === 0
        ? `the log has the ${counted(events, 'event')} of ${counted(products, 'product')} in ${file}, and no others`
        : `the log differs from ${file} in ${counted(differences.length, 'product')}`,
    );
  }
  if (report.differences.length > 0) process.exitCode = EXIT.difference;
}

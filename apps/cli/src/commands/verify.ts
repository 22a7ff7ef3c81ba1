import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { verifyProduct, verifyTable, type Difference, type ProductReport } from '@hindsight/event-log';
import { openDataDir, type OpenTable } from '../data-dir';
import { EXIT, Failure } from '../exit';
import { say, sayJson, table } from '../output';

export interface VerifyOptions {
  readonly table?: string;
  readonly endpoint?: string;
  readonly dataDir: string;
  readonly json?: boolean;
}

/** Where `npm start` keeps its data. */
export const DATA_DIR = '.hindsight';

/** A stand-in for DynamoDB takes any key, but the SDK wants one. */
const LOCAL = { region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };

const sayDifference = ({ productId, item, invariant, expected, found }: Difference): void => {
  say(`DIFFERENCE in ${productId} at ${item}: ${invariant}`);
  say(`  expected ${expected}`);
  say(`  found    ${found}`);
};

interface Sums extends Omit<ProductReport, 'productId' | 'version' | 'difference'> {
  readonly streams: number;
}

function saySums({ streams, events, checkpoints, checkpointsUnusable, states }: Sums): void {
  const rows = [['streams', 'events', 'states', 'checkpoints', 'unusable'], []];
  rows[1] = [streams, events, states, checkpoints, checkpointsUnusable].map(String);
  say(table(rows[0] as string[], [rows[1]]));
}

async function check(client: DynamoDBClient, tableName: string, productId: string | undefined) {
  if (productId === undefined) return verifyTable({ client, tableName });
  const { difference, ...report } = await verifyProduct({ client, tableName }, productId);
  if (report.version === 0 && difference === undefined)
    throw new Failure(`there is no product ${productId} in ${tableName}`, EXIT.refused);
  return { ...report, streams: 1, differences: difference ? [difference] : [] };
}

/** The table that is named; without a name, that of `npm start` in the data folder. */
async function opened({ table: name, endpoint, dataDir }: VerifyOptions): Promise<Partial<OpenTable>> {
  if (name) return { table: name, ...(endpoint && { endpoint }) };
  if (endpoint) throw new Failure('name the table too: --table, or TABLE_NAME', EXIT.usage);
  return openDataDir(dataDir || DATA_DIR);
}

async function checkIn(
  { table: tableName = '', endpoint }: Partial<OpenTable>,
  productId: string | undefined,
) {
  const client = new DynamoDBClient(endpoint === undefined ? {} : { endpoint, ...LOCAL });
  try {
    return await check(client, tableName, productId);
  } catch (error) {
    if (error instanceof Failure) throw error;
    const { name, message, code = name } = error as NodeJS.ErrnoException;
    throw new Failure(`the table ${tableName} can't be read: ${message || code}`, EXIT.unreachable);
  } finally {
    client.destroy();
  }
}

/** `verify`: reads the table itself, and not what the service says of it. */
export async function verify(productId: string | undefined, options: VerifyOptions): Promise<void> {
  const open = await opened(options);
  const report = await checkIn(open, productId).finally(() => open.close?.());
  if (options.json) sayJson(report);
  else {
    saySums(report);
    report.differences.forEach(sayDifference);
    if (report.differences.length === 0) say('every invariant holds');
  }
  if (report.differences.length > 0) process.exitCode = EXIT.difference;
}

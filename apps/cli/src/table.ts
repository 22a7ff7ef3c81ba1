import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createDynamoDbStore, ensureTable, type Store } from '@hindsight/event-log';
import {
  DataDirError,
  DynamoDbEngineFailed,
  DynamoDbEngineMissing,
  NoDataError,
  openDataDir,
  type OpenTable,
} from '@hindsight/local-aws';
import { EXIT, Failure } from './exit';

/** The location of the log for commands that work without the server. */
export interface TableOptions {
  /** The data folder of `npm start`. Ignored if `table` is set. */
  readonly dataDir: string;
  readonly table?: string;
  /** Of the table; absent: in the AWS account of the environment. */
  readonly endpoint?: string;
}

/** A table to work on, as long as it is open. */
export interface Opened {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  /** The log in it. */
  readonly store: Store;
  close(): Promise<void>;
}

/** The default data folder of `npm start`. */
export const DATA_DIR = '.hindsight';

const HELP = 'start the server in the folder of its data, or give --data-dir, or --table';
/** The timeout of one request; after it the table counts as unreachable. */
const TRIES = 8;

type LocalTable = Pick<OpenTable, 'endpoint'> & Partial<OpenTable>;

/** A DynamoDB emulator uses its own secret or accepts any; the SDK requires one. */
const local = ({ endpoint, secret = 'local', requestHandler }: LocalTable) => ({
  endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: secret },
  ...(requestHandler && { requestHandler }),
});

const connect = (table?: LocalTable): DynamoDBClient =>
  new DynamoDBClient({ maxAttempts: TRIES, ...(table && local(table)) });

/** Describes an open error in terms of the command line. */
function asFailure(error: unknown): unknown {
  if (error instanceof NoDataError) return new Failure(`${error.message}: ${HELP}`, EXIT.usage);
  const known = [DataDirError, DynamoDbEngineMissing, DynamoDbEngineFailed];
  return known.some((kind) => error instanceof kind)
    ? new Failure((error as Error).message, EXIT.unreachable)
    : error;
}

/** A table that does not answer, by its name. */
export function unreachableTable(tableName: string, error: unknown): Failure {
  const { name, message, code = name } = error as NodeJS.ErrnoException;
  return new Failure(`the table ${tableName} can't be reached: ${message || code}`, EXIT.unreachable);
}

/**
 * Opens the named table; without a name, that of `npm start` in the data folder.
 * @param how `create`: create the data folder if it is missing
 * @throws Failure if there is no log, or it can't be opened at the moment
 */
export async function openTable(
  { table, endpoint, dataDir }: TableOptions,
  { create = false }: { readonly create?: boolean } = {},
): Promise<Opened> {
  if (table) {
    const client = connect(endpoint ? { endpoint } : undefined);
    const store = createDynamoDbStore(client, table);
    return { client, tableName: table, store, close: () => Promise.resolve(client.destroy()) };
  }
  if (endpoint) throw new Failure('name the table too: --table, or TABLE_NAME', EXIT.usage);
  const open = await openDataDir(dataDir || DATA_DIR, { create }).catch((error: unknown) => {
    throw asFailure(error);
  });
  const client = connect(open);
  const close = () => {
    client.destroy();
    return open.close();
  };
  try {
    if (create) await ensureTable(client, open.table);
  } catch (error) {
    await close();
    throw unreachableTable(open.table, error);
  }
  return { client, tableName: open.table, store: createDynamoDbStore(client, open.table), close };
}

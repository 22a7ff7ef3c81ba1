import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DataDirError, DataDirInUseError, publishedEngine, publishEngine, takeDataDir } from './data-dir';
import { newCredentials } from './credentials';
import { startGuardedDynamoDb } from './guarded-dynamodb';
import type { InProcessHandler } from './in-process-handler';

/** The table of the embedded engine. */
export const LOCAL_TABLE = 'hindsight';

/** The table of what is derived from the log. */
export const LOCAL_VIEWS_TABLE = `${LOCAL_TABLE}-views`;

/** The data folder has no log. */
export class NoDataError extends DataDirError {
  override readonly name = 'NoDataError';

  constructor(folder: string) {
    super(`there is no log in the data folder ${folder}`);
  }
}

/** The table of a data folder, as long as it is open. */
export interface OpenTable {
  readonly table: string;
  readonly endpoint: string;
  /** The secret access key that signs requests to it; the access key id is `local`. */
  readonly secret: string;
  /** For clients in this process; absent if the engine is another process's. */
  readonly requestHandler?: InProcessHandler;
  close(): Promise<void>;
}

function locked(folder: string): void {
  try {
    takeDataDir(folder);
  } catch (error) {
    if (!(error instanceof DataDirInUseError)) throw error;
    throw new DataDirError(`${error.message}, which has not published yet where its engine listens`);
  }
}

/**
 * Opens the table of a data folder. If a server runs on the folder, its engine is used; otherwise an engine
 * is started and runs until `close`.
 * @param options `create`: create the folder and the database if they are missing; off by default because of
 * mistyped names
 * @throws NoDataError, DataDirError, DynamoDbEngineMissing, DynamoDbEngineFailed
 */
export async function openDataDir(
  folder: string,
  { create = false }: { readonly create?: boolean } = {},
): Promise<OpenTable> {
  const file = join(folder, 'hindsight.db');
  if (!create && !existsSync(file)) throw new NoDataError(folder);
  const running = existsSync(folder) ? publishedEngine(folder) : undefined;
  if (running !== undefined) return { ...running, close: () => Promise.resolve() };
  locked(folder);
  const credentials = newCredentials();
  const { endpoint, requestHandler, stop } = await startGuardedDynamoDb({ file, credentials });
  const engine = { endpoint, table: LOCAL_TABLE, secret: credentials.secretAccessKey };
  publishEngine(folder, engine);
  return { ...engine, requestHandler, close: stop };
}

import { dirname, join } from 'node:path';
import { startEngine, type Address, type DynamoDbEngine } from './engine';

export interface DynamoDbOptions extends Address {
  /**
   * The database's file, created if it is missing. Absent: the data is in memory and lost when the process
   * ends.
   */
  readonly file?: string;
}

/** The version of the engine's packages. Keep it equal to package.json, which pins the one for Linux x64. */
const VERSION = '1.2.1';

/** No embedded engine is available for this platform. The message is one line and includes the fix. */
export class DynamoDbEngineMissing extends Error {
  override readonly name = 'DynamoDbEngineMissing';
}

const PATIENCE = 10_000;

/**
 * The engine's program for a platform.
 * @throws DynamoDbEngineMissing
 */
export function engineProgram(platform: string = process.platform, arch: string = process.arch): string {
  const name = `@dynoxide/${platform}-${arch}`;
  try {
    return join(dirname(require.resolve(`${name}/package.json`)), 'dynoxide');
  } catch {
    throw new DynamoDbEngineMissing(
      `no embedded DynamoDB engine for ${platform}-${arch} is installed: run "npm i --no-save ${name}@${VERSION}", or set DYNAMODB_ENDPOINT to a DynamoDB that runs already`,
    );
  }
}

/**
 * Runs dynoxide, a DynamoDB over SQLite in one static binary. It ends with this process, in whatever way this
 * process ends.
 * @throws DynamoDbEngineMissing, DynamoDbEngineFailed
 */
export async function startDynamoDb({ file, ...address }: DynamoDbOptions = {}): Promise<DynamoDbEngine> {
  const command = engineProgram();
  const storage = file === undefined ? [] : ['--db-path', file];
  return startEngine(
    address,
    (host, port) => ({ command, args: ['serve', '--host', host, '--port', String(port), ...storage] }),
    PATIENCE,
  );
}

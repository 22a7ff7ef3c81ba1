// The least that an event store on DynamoDB can do: one conditional PutItem, one GetItem. And what a transaction
// of two such puts takes, for a log that keeps ids for ever can't do with one item.
import { createRequire } from 'node:module';
import { connection, createTable } from '../engine.mjs';

const require = createRequire(import.meta.url);
const sdk = require('@aws-sdk/client-dynamodb');
const { ensureTable } = require('@hindsight/event-log');

const TABLE = 'floor';
const CONDITION = 'attribute_not_exists(sk)';

async function tableOn(endpoint) {
  const client = new sdk.DynamoDBClient(connection(endpoint));
  await createTable(sdk, client, TABLE, [
    ['pk', 'S'],
    ['sk', 'S'],
  ]);
  return client;
}

let made = 0;
/** As large as an event of the log with its state. */
const itemOf = (pk) => ({
  pk: { S: pk },
  sk: { S: `v#${process.pid}-${(made += 1)}` },
  event: { S: 'x'.repeat(600) },
});

export async function floor({ endpoint }) {
  const client = await tableOn(endpoint);
  const putFixed = (pk) =>
    client.send(new sdk.PutItemCommand({ TableName: TABLE, Item: { ...itemOf(pk), sk: { S: 'fixed' } } }));
  const put = (pk) =>
    client.send(
      new sdk.PutItemCommand({ TableName: TABLE, Item: itemOf(pk), ConditionExpression: CONDITION }),
    );
  const get = (pk) =>
    client.send(
      new sdk.GetItemCommand({
        TableName: TABLE,
        Key: { pk: { S: pk }, sk: { S: 'fixed' } },
        ConsistentRead: true,
      }),
    );
  return {
    name: 'the floor: one GetItem, and for an append one conditional PutItem after it',
    fill: putFixed,
    operations: {
      append: async (pk) => {
        await get(pk);
        await put(pk);
      },
      stateNow: get,
      stateAt: get,
    },
    hot: put,
    stop: () => client.destroy(),
  };
}

/**
 * The same with what a log that keeps ids for ever needs: a transaction of two conditional puts, into a table with
 * the log's own indexes. The difference to the floor is the transaction's own.
 */
export async function transactionFloor({ endpoint }) {
  const client = await tableOn(endpoint);
  const { fill, operations, stop } = await floor({ endpoint });
  const TableName = 'floor-transaction';
  await ensureTable(client, TableName);
  const pair = (productId) => {
    const { sk, event } = itemOf(productId);
    const keys = { effectiveKey: sk, recordedKey: sk };
    const item = { productId: { S: productId }, sk };
    return [
      { ...item, ...keys, event },
      { ...item, sk: { S: `id#${sk.S}` }, hash: { S: 'x'.repeat(43) } },
    ];
  };
  const transaction = (productId) =>
    client.send(
      new sdk.TransactWriteItemsCommand({
        TransactItems: pair(productId).map((Item) => ({
          Put: { TableName, Item, ConditionExpression: CONDITION },
        })),
      }),
    );
  return {
    name: 'the floor with a transaction of two items in place of the PutItem',
    fill,
    operations: {
      append: async (pk) => {
        await operations.stateNow(pk);
        await transaction(pk);
      },
    },
    hot: transaction,
    stop: () => {
      stop();
      client.destroy();
    },
  };
}

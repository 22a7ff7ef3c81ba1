// The algorithm of the AWS sample, written anew from its description: read all of a product's partition, take the
// state that its last item carries, apply the event, and put an item with the new state, keyed by the second and
// without a condition. Two events in one second are one item: the later one takes the place of the earlier.
import { createRequire } from 'node:module';
import { connection, createTable, putAll } from '../engine.mjs';
import { anyVersion, momentOf, isReceipt, quantityOf, reduce } from './stream.mjs';

const require = createRequire(import.meta.url);
const sdk = require('@aws-sdk/client-dynamodb');

const TABLE = 'sample';

const secondOf = (time) => `${time.slice(0, 19)}Z`;

/** The event as its producers send it, and the state that it led to. */
function itemOf(productId, second, quantity, version) {
  const described = { unitPrice: { S: '$4' }, color: { S: 'blk' }, size: { S: '4.3 lbs' } };
  return {
    productId: { S: productId },
    eventTime: { S: second },
    event: {
      M: {
        eventId: { S: `e-${version}` },
        eventType: { S: isReceipt(version) ? 'productReceived' : 'productShipped' },
        eventCategory: { S: 'inventory' },
        productId: { S: productId },
        quantity: { S: String(quantityOf(version)) },
        ...described,
      },
    },
    state: {
      M: {
        quantity: { N: String(quantity) },
        status: { S: 'available' },
        version: { N: String(version) },
        ...described,
      },
    },
  };
}

export async function sample({ endpoint }) {
  const client = new sdk.DynamoDBClient(connection(endpoint));
  await createTable(sdk, client, TABLE, [
    ['productId', 'S'],
    ['eventTime', 'S'],
  ]);
  async function partition(productId) {
    const items = [];
    let ExclusiveStartKey;
    do {
      const page = await client.send(
        new sdk.QueryCommand({
          TableName: TABLE,
          KeyConditionExpression: 'productId = :id',
          ExpressionAttributeValues: { ':id': { S: productId } },
          ExclusiveStartKey,
        }),
      );
      items.push(...page.Items);
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey);
    return items;
  }
  async function append(productId, second = secondOf(new Date().toISOString())) {
    const last = (await partition(productId)).at(-1);
    const version = Number(last?.state.M.version.N ?? 0) + 1;
    const quantity = reduce(Number(last?.state.M.quantity.N ?? 0), version);
    await client.send(
      new sdk.PutItemCommand({ TableName: TABLE, Item: itemOf(productId, second, quantity, version) }),
    );
  }
  return {
    name: "the AWS sample's algorithm",
    async fill(productId, length) {
      let quantity = 0;
      for (let first = 1; first <= length; first += 1000) {
        const items = [];
        for (let version = first; version < first + 1000 && version <= length; version += 1) {
          quantity = reduce(quantity, version);
          items.push(itemOf(productId, secondOf(momentOf(version)), quantity, version));
        }
        await putAll(sdk, client, TABLE, items);
      }
    },
    operations: {
      append: (productId) => append(productId),
      stateNow: async (productId) => (await partition(productId)).at(-1),
      stateAt: async (productId, length) => {
        const second = secondOf(momentOf(anyVersion(length)));
        return (await partition(productId)).findLast(({ eventTime }) => eventTime.S <= second);
      },
      read100: async (productId) => (await partition(productId)).slice(-100),
    },
    hot: (productId) => append(productId),
    count: async (productId) => (await partition(productId)).length,
    stop: () => client.destroy(),
  };
}

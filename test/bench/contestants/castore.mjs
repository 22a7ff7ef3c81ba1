// Castore with its DynamoDB adapter, as its documentation shows it: the aggregate is folded from all its events,
// and an event is pushed at the next version, on the condition that it is new.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { connection, createTable, putAll } from '../engine.mjs';
import { anyVersion, isReceipt, momentOf, quantityOf, reduce } from './stream.mjs';

const require = createRequire(import.meta.url);

const TABLE = 'castore';
const SNAPSHOTS = 'castore-snapshots';
/** A snapshot every so many events, in the version that keeps them. */
const EVERY = 50;

const versionOf = (name) =>
  JSON.parse(readFileSync(new URL(`node_modules/${name}/package.json`, import.meta.url), 'utf8')).version;

const eventOf = (productId, version) => ({
  aggregateId: productId,
  version,
  type: isReceipt(version) ? 'PRODUCT_RECEIVED' : 'PRODUCT_SHIPPED',
  timestamp: momentOf(version),
  payload: { quantity: String(quantityOf(version)) },
});

const fold = (aggregate, { aggregateId, version, type, payload }) => {
  const change = Number(payload.quantity);
  const before = aggregate?.quantity ?? 0;
  const quantity = type === 'PRODUCT_RECEIVED' ? before + change : before - change;
  return { aggregateId, version, quantity };
};

async function storeOn(endpoint) {
  const sdk = require('@aws-sdk/client-dynamodb');
  const { EventStore } = require('@castore/core');
  const { DynamoDBSingleTableEventStorageAdapter } = require('@castore/event-storage-adapter-dynamodb');
  const client = new sdk.DynamoDBClient(connection(endpoint));
  // Its index of first events is for listing aggregates, which nobody does here: left out, which saves a write.
  await createTable(sdk, client, TABLE, [
    ['aggregateId', 'S'],
    ['version', 'N'],
  ]);
  const store = new EventStore({
    eventStoreId: 'PRODUCTS',
    eventTypes: [],
    reducer: fold,
    eventStorageAdapter: new DynamoDBSingleTableEventStorageAdapter({
      tableName: TABLE,
      dynamoDBClient: client,
    }),
  });
  return { sdk, client, store };
}

async function fillCastore({ sdk, client }, productId, length) {
  const value = {
    aggregateId: ({ aggregateId }) => ({ S: `PRODUCTS#${aggregateId}` }),
    version: ({ version }) => ({ N: String(version) }),
    type: ({ type }) => ({ S: type }),
    timestamp: ({ timestamp }) => ({ S: timestamp }),
    payload: ({ payload }) => ({ M: { quantity: { S: payload.quantity } } }),
  };
  for (let first = 1; first <= length; first += 1000) {
    const events = Array.from({ length: Math.min(1000, length - first + 1) }, (_, i) =>
      eventOf(productId, first + i),
    );
    const items = events.map((event) =>
      Object.fromEntries(Object.entries(value).map(([name, of]) => [name, of(event)])),
    );
    await putAll(sdk, client, TABLE, items);
  }
}

/** Until it is in: others may have taken the version. Castore leaves that to its users. */
async function pushed(load, push) {
  for (;;) {
    const aggregate = await load();
    try {
      return await push(aggregate);
    } catch (error) {
      if (error.code !== 'EventAlreadyExistsError') throw error;
    }
  }
}

/** By versions: its adapter reads on to the end of the stream where it is given a limit. */
const last100 = (store) => (productId, length) =>
  store.getEvents(productId, { minVersion: length - 99, maxVersion: length });

const named = () =>
  `Castore ${versionOf('@castore/core')}, DynamoDB adapter ${versionOf('@castore/event-storage-adapter-dynamodb')}`;

export async function castore({ endpoint }) {
  const own = await storeOn(endpoint);
  const { store, client } = own;
  const load = async (productId) => (await store.getAggregate(productId)).aggregate;
  const push = (productId, aggregate) =>
    store.pushEvent(eventOf(productId, (aggregate?.version ?? 0) + 1), { prevAggregate: aggregate });
  const append = (productId) =>
    pushed(
      () => load(productId),
      (aggregate) => push(productId, aggregate),
    );
  return {
    name: named(),
    fill: (productId, length) => fillCastore(own, productId, length),
    operations: {
      append,
      stateNow: load,
      // It keeps no order but that of versions: a moment is found by reading.
      stateAt: async (productId, length) => {
        const moment = momentOf(anyVersion(length));
        const { events } = await store.getEvents(productId);
        return events.filter(({ timestamp }) => timestamp <= moment).reduce(fold, undefined);
      },
      read100: last100(store),
    },
    hot: append,
    count: async (productId) => (await load(productId))?.version ?? 0,
    stop: () => client.destroy(),
  };
}

const numberOf = ({ N }) => Number(N);

const snapshotOf = (aggregateId, version, quantity) => ({
  aggregateId: { S: aggregateId },
  version: { N: String(version) },
  quantity: { N: String(quantity) },
});

async function fillSnapshots({ sdk, client }, productId, length) {
  const items = [];
  let quantity = 0;
  for (let version = 1; version <= length; version += 1) {
    quantity = reduce(quantity, version);
    if (version % EVERY === 0) items.push(snapshotOf(productId, version, quantity));
  }
  await putAll(sdk, client, SNAPSHOTS, items);
}

/** The newest snapshot up to a version. */
async function findSnapshot({ sdk, client }, productId, maxVersion = 1e12) {
  const { Items } = await client.send(
    new sdk.QueryCommand({
      TableName: SNAPSHOTS,
      KeyConditionExpression: 'aggregateId = :id AND version <= :version',
      ExpressionAttributeValues: { ':id': { S: productId }, ':version': { N: String(maxVersion) } },
      ScanIndexForward: false,
      Limit: 1,
      ConsistentRead: true,
    }),
  );
  const [kept] = Items;
  return (
    kept && { aggregateId: productId, version: numberOf(kept.version), quantity: numberOf(kept.quantity) }
  );
}

/** What its users do about long streams: keep the aggregate of every 50th version, and fold on from there. */
export async function castoreWithSnapshots({ endpoint }) {
  const own = await storeOn(endpoint);
  const { sdk, store, client } = own;
  await createTable(sdk, client, SNAPSHOTS, [
    ['aggregateId', 'S'],
    ['version', 'N'],
  ]);
  async function load(productId, maxVersion) {
    const base = await findSnapshot(own, productId, maxVersion);
    const version = base?.version ?? 0;
    if (version === maxVersion) return base;
    const { events } = await store.getEvents(productId, {
      minVersion: version + 1,
      ...(maxVersion !== undefined && { maxVersion }),
    });
    return events.reduce(fold, base);
  }
  async function push(productId, aggregate) {
    const { nextAggregate } = await store.pushEvent(eventOf(productId, (aggregate?.version ?? 0) + 1), {
      prevAggregate: aggregate,
    });
    if (nextAggregate.version % EVERY !== 0) return;
    const Item = snapshotOf(productId, nextAggregate.version, nextAggregate.quantity);
    await client.send(new sdk.PutItemCommand({ TableName: SNAPSHOTS, Item }));
  }
  const append = (productId) =>
    pushed(
      () => load(productId),
      (aggregate) => push(productId, aggregate),
    );
  return {
    name: `${named()}, a snapshot every ${EVERY} events kept by hand`,
    async fill(productId, length) {
      await fillCastore(own, productId, length);
      await fillSnapshots(own, productId, length);
    },
    operations: {
      append,
      stateNow: (productId) => load(productId),
      stateAt: (productId, length) => load(productId, anyVersion(length)),
      read100: last100(store),
    },
    hot: append,
    count: async (productId) => (await load(productId))?.version ?? 0,
    stop: () => client.destroy(),
  };
}

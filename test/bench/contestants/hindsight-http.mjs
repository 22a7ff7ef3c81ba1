// Hindsight as `npm start` runs it, on the engine of the benchmark: gateway, Step Functions, functions.
import { createRequire } from 'node:module';
import { connection } from '../engine.mjs';
import { startServer } from '../server.mjs';
import { eventAt, fillLog } from './hindsight-log.mjs';
import { anyVersion, momentOf, nextVersion } from './stream.mjs';

const require = createRequire(import.meta.url);
const { DynamoDBClient } = require('@aws-sdk/client-dynamodb');

const expecting = async (wanted, sent) => {
  const { status, text } = await sent;
  if (!wanted.includes(status)) throw new Error(`${status} ${text}`);
  return JSON.parse(text);
};

export async function hindsightHttp({ endpoint }) {
  const { send, stop } = await startServer(endpoint);
  const client = new DynamoDBClient(connection(endpoint));
  const append = (productId, body) =>
    expecting([200, 201], send('POST', `/products/${productId}/events`, body));
  const get = (path) => expecting([200], send('GET', path));
  return {
    name: 'Hindsight HTTP, through the workflow',
    fill: (productId, length) => fillLog(client, productId, length),
    operations: {
      append: (productId, length) => append(productId, eventAt(nextVersion(productId, length))),
      late: (productId, length, distance) =>
        append(productId, { ...eventAt(1, momentOf(length - distance + 0.5)), quantity: 1 }),
      stateNow: (productId) => get(`/products/${productId}/state`),
      stateAt: (productId, length) => {
        const asOf = momentOf(anyVersion(length));
        return get(`/products/${productId}/state?asOf=${asOf}`);
      },
      read100: (productId) => get(`/products/${productId}/events?limit=100&direction=backward`),
      batch25: (productId, length) => {
        const first = nextVersion(productId, length, 25);
        return append(
          productId,
          Array.from({ length: 25 }, (_, i) => eventAt(first + i)),
        );
      },
    },
    hot: (productId) => {
      const { eventId } = eventAt(1);
      return append(productId, { eventId, eventType: 'productReceived', quantity: 1 });
    },
    count: async (productId) => (await get(`/products/${productId}/state`)).version,
    stop: async () => {
      client.destroy();
      await stop();
    },
  };
}

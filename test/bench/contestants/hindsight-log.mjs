// Hindsight's log, called directly: the same plans and writes as the workflow's.
import { createRequire } from 'node:module';
import { connection, putAll } from '../engine.mjs';
import { anyVersion, isReceipt, momentOf, nextVersion, quantityOf } from './stream.mjs';

const require = createRequire(import.meta.url);
const sdk = require('@aws-sdk/client-dynamodb');
const { parseEvents, registry } = require('@hindsight/domain');
const { createDynamoDbStore, ensureTable, appendRequestOf } = require('@hindsight/event-log');
const { createProductLog } = require('@hindsight/workflow');

/** The name that `npm start` gives it. */
const TABLE = 'hindsight';

let made = 0;
const newId = () => `e-${process.pid.toString(36)}-${(made += 1)}`;

export const eventAt = (version, moment = momentOf(version)) => ({
  eventId: newId(),
  eventType: isReceipt(version) ? 'productReceived' : 'productShipped',
  quantity: quantityOf(version),
  effectiveAt: moment,
});

const commandOf = (productId, body) => {
  const { ok, events, errors } = parseEvents(registry, body, { productId, newId });
  if (!ok) throw new Error(JSON.stringify(errors));
  return { productId, events, recordedBy: 'bench', onConflict: 'reject', dryRun: false };
};

/** A client that knows nothing but the newest item of one product: all that a plan in order reads. */
function headOnly() {
  let head;
  const handle = () => {
    const body = Buffer.from(JSON.stringify({ Items: head ? [head] : [] }));
    return Promise.resolve({ response: { statusCode: 200, headers: {}, body } });
  };
  return {
    client: new sdk.DynamoDBClient({ ...connection('http://127.0.0.1:1'), requestHandler: { handle } }),
    move: (items) => (head = items.findLast(({ sk }) => sk.S.startsWith('v#'))),
  };
}

/** Writes the items that appends would write, planned by the log itself and put without transactions. */
export async function fillLog(client, productId, length) {
  const { client: stub, move } = headOnly();
  const log = createProductLog({
    store: createDynamoDbStore(stub, TABLE),
    clock: () => new Date(momentOf(0)),
  });
  let waiting = [];
  for (let first = 1; first <= length; first += 25) {
    const count = Math.min(25, length - first + 1);
    const events = Array.from({ length: count }, (_, i) => eventAt(first + i));
    // Without a look at the ids: the stub has no index.
    const newIds = events.map(({ eventId }) => eventId);
    const plan = await log.plan({ ...commandOf(productId, events), newIds });
    const { put, transactItems = [{ Put: put }] } = appendRequestOf(TABLE, plan.items);
    const items = transactItems.map(({ Put }) => Put.Item);
    move(items);
    waiting.push(...items);
    if (waiting.length < 1000 && first + 25 <= length) continue;
    await putAll(sdk, client, TABLE, waiting);
    waiting = [];
  }
}

export async function hindsightLog({ endpoint }) {
  const client = new sdk.DynamoDBClient(connection(endpoint));
  await ensureTable(client, TABLE);
  const log = createProductLog({ store: createDynamoDbStore(client, TABLE) });
  const append = (productId, body) => log.append(commandOf(productId, body));
  return {
    name: 'Hindsight log',
    fill: (productId, length) => fillLog(client, productId, length),
    operations: {
      append: (productId, length) => append(productId, eventAt(nextVersion(productId, length))),
      appendWithoutId: (productId, length) => {
        const command = commandOf(productId, eventAt(nextVersion(productId, length)));
        return log.append({ ...command, newIds: command.events.map(({ eventId }) => eventId) });
      },
      late: (productId, length, distance) =>
        append(productId, { ...eventAt(1, momentOf(length - distance + 0.5)), quantity: 1 }),
      stateNow: (productId) => log.stateAt(productId),
      stateAt: (productId, length) => log.stateAt(productId, { asOf: momentOf(anyVersion(length)) }),
      read100: (productId) => log.readRecorded(productId, { direction: 'backward', limit: 100 }),
      batch25: (productId, length) => {
        const first = nextVersion(productId, length, 25);
        return append(
          productId,
          Array.from({ length: 25 }, (_, i) => eventAt(first + i)),
        );
      },
    },
    hot: (productId) => append(productId, { eventId: newId(), eventType: 'productReceived', quantity: 1 }),
    count: (productId) => log.headVersion(productId),
    stop: () => client.destroy(),
  };
}

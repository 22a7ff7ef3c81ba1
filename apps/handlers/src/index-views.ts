import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { CLOSING_WAIT_MS, ClosingRegister, withoutLogger } from '@hindsight/event-log';
import { advanceClosings, createDynamoDbViewStore, Indexer, Views } from '@hindsight/views';
import { discreet } from './discreet';
import { eventLog, eventStore, tableName } from './environment';
import { beatKey, busOutlet, indexing, type IndexInput, type Measured } from './indexing';
import { log } from './logger';
import { writeMetrics } from './metrics';
import { outgoingBus, settleMs, viewSlots, viewsTableName } from './settings';

const endpoint = process.env['DYNAMODB_ENDPOINT'];
const client = withoutLogger(new DynamoDBClient({ ...(endpoint !== undefined && { endpoint }) }));
const store = createDynamoDbViewStore(client, viewsTableName());
const logStore = eventStore();
const inventory = eventLog(logStore);
const views = new Views({ store, log: inventory, settleMs: settleMs(), slots: viewSlots() });
const closings = new ClosingRegister(logStore);
const bus = outgoingBus();

const measure = (measured: Measured): void =>
  writeMetrics('indexer', measured, { units: { ViewsLag: 'Milliseconds' } });

async function sendBeats(at: string): Promise<void> {
  const put = (slot: number) =>
    client.send(
      new PutItemCommand({
        TableName: tableName(),
        Item: { productId: { S: beatKey(slot) }, sk: { S: 'beat' }, at: { S: at } },
      }),
    );
  await Promise.all(Array.from({ length: viewSlots() }, (_, slot) => put(slot)));
}

const eventBridge = bus === undefined ? undefined : new EventBridgeClient({});
const outlet =
  eventBridge &&
  busOutlet(
    {
      store,
      views,
      onSetAside: ({ id }) => {
        log(undefined, { event: id }, 'an event could not be delivered');
        measure({ EventsNotDelivered: 1 });
      },
    },
    (entries) =>
      eventBridge.send(
        new PutEventsCommand({ Entries: entries.map((entry) => ({ ...entry, EventBusName: bus })) }),
      ),
  );

const work = indexing({
  indexer: new Indexer({
    store,
    log: inventory,
    onSetAside: (productId, error) =>
      log(undefined, { productId, failure: (error as Error).name }, 'a product is set aside'),
  }),
  outlet,
  sendBeats,
  advanceClosings: () => advanceClosings({ closings, views, waitMs: CLOSING_WAIT_MS }),
  clock: () => new Date(),
  measure,
});

export const handler = discreet((input: IndexInput): Promise<void> => work(input));

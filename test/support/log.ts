import type { RecordedEvent } from '@hindsight/domain';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  AppendRefusedError,
  createDynamoDbStore,
  createEventLog,
  verifyStore,
  verifyStream,
  type EventLog,
  type EventLogOptions,
  type Refusal,
  type StoreReport,
  type StreamReport,
  type VerifyOptions,
} from '@hindsight/event-log';

export interface Table {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}

type LogOptions = Table & Omit<EventLogOptions, 'store'>;

const storeOf = ({ client, tableName }: Table) => createDynamoDbStore(client, tableName);

/** The log of a table. */
export function openLog({ client, tableName, ...options }: LogOptions): EventLog {
  return createEventLog({ store: storeOf({ client, tableName }), ...options });
}

type Verified = Table & Omit<VerifyOptions, 'store'>;

/** Checks one product of a table. */
export const verifyProduct = (
  { client, tableName, ...options }: Verified,
  productId: string,
): Promise<StreamReport> => verifyStream({ store: storeOf({ client, tableName }), ...options }, productId);

/** Checks all products of a table. */
export const verifyTable = (
  { client, tableName, ...options }: Verified,
  onStream?: (report: StreamReport) => void,
): Promise<StoreReport> => verifyStore({ store: storeOf({ client, tableName }), ...options }, onStream);

/** Every event of a product, in the order of recording. */
export async function wholeLog(log: EventLog, productId: string): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for (let after: string | undefined; ;) {
    const page = await log.readRecorded(productId, {
      direction: 'forward',
      limit: 200,
      ...(after && { after }),
    });
    events.push(...(page?.events ?? []));
    after = page?.next;
    if (after === undefined) return events;
  }
}

/** Why an append was refused; throws when it was not. */
export async function refusalOf(work: Promise<unknown>): Promise<Refusal> {
  try {
    await work;
  } catch (error) {
    if (error instanceof AppendRefusedError) return error.refusal;
    throw error;
  }
  throw new Error('it was accepted');
}

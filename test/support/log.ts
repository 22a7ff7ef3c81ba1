import type { RecordedEvent } from '@hindsight/domain';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { AppendRefusedError, createDynamoDbStore } from '@hindsight/event-log';
import {
  createProductLog,
  verifyInventory,
  verifyProduct as verifyProductIn,
  type ProductLog,
  type ProductLogOptions,
  type Refusal,
  type InventoryReport,
  type ProductReport,
} from '@hindsight/workflow';

export interface Table {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}

type LogOptions = Table & Omit<ProductLogOptions, 'store'>;

const storeOf = ({ client, tableName }: Table) => createDynamoDbStore(client, tableName);

/** The log of a table. */
export function openLog({ client, tableName, ...options }: LogOptions): ProductLog {
  return createProductLog({ store: storeOf({ client, tableName }), ...options });
}

type Verified = Table & Pick<ProductLogOptions, 'registry'>;

/** Verifies one product of a table. */
export const verifyProduct = (
  { client, tableName, ...options }: Verified,
  productId: string,
): Promise<ProductReport> =>
  verifyProductIn({ store: storeOf({ client, tableName }), ...options }, productId);

/** Checks all products of a table. */
export const verifyTable = (
  { client, tableName, ...options }: Verified,
  onStream?: (report: ProductReport) => void,
): Promise<InventoryReport> =>
  verifyInventory({ store: storeOf({ client, tableName }), ...options }, onStream);

/** Every event of a product, in the order of recording. */
export async function wholeLog(log: ProductLog, productId: string): Promise<RecordedEvent[]> {
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
    if (error instanceof AppendRefusedError) return error.refusal as Refusal;
    throw error;
  }
  throw new Error('it was accepted');
}

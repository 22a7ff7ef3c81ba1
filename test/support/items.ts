import { DeleteCommand, DynamoDBDocumentClient, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { summaryPartition } from '@hindsight/event-log';
import type { SummaryItem } from '../../packages/event-log/src/storage/summaries';
import type { TestTable } from './engine';

type Table = Pick<TestTable, 'client' | 'tableName'>;

/** The items of a product in the table, by default all of them, in key order. */
export async function itemsOf<T>(
  { client, tableName }: Table,
  productId: string,
  prefix?: string,
): Promise<T[]> {
  const found: unknown[] = [];
  let startKey: Record<string, unknown> | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await DynamoDBDocumentClient.from(client).send(
      new QueryCommand({
        TableName: tableName,
        KeyConditionExpression: `productId = :p${prefix ? ' AND begins_with(sk, :k)' : ''}`,
        ExpressionAttributeValues: { ':p': productId, ...(prefix && { ':k': prefix }) },
        ...(startKey && { ExclusiveStartKey: startKey }),
      }),
    );
    found.push(...Items);
    startKey = LastEvaluatedKey;
  } while (startKey !== undefined);
  return found as T[];
}

/** The items of a product's tree of summaries. */
export const summaryItemsOf = (table: Table, productId: string): Promise<SummaryItem[]> =>
  itemsOf<SummaryItem>(table, summaryPartition(productId));

export async function putItem({ client, tableName }: Table, item: object): Promise<void> {
  await DynamoDBDocumentClient.from(client).send(new PutCommand({ TableName: tableName, Item: { ...item } }));
}

export async function deleteItem(
  { client, tableName }: Table,
  { productId, sk }: { readonly productId: string; readonly sk: string },
): Promise<void> {
  await DynamoDBDocumentClient.from(client).send(
    new DeleteCommand({ TableName: tableName, Key: { productId, sk } }),
  );
}

/** The attributes that hold JSON text. */
const TEXTS = ['event', 'target', 'at', 'tip'];

type Attributes = Record<string, unknown>;

/** An item as people read it: with the content of its JSON texts, and the event's id in the event. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- as with itemsOf, the test names the type
export function opened<T = Attributes>(item: object): T {
  const entries = Object.entries(item).map(([name, value]): [string, unknown] =>
    TEXTS.includes(name) && typeof value === 'string' && 'idKey' in item
      ? [name, JSON.parse(value)]
      : [name, value],
  );
  const { event, ...rest } = Object.fromEntries(entries) as { event?: object; idKey?: unknown };
  return (event === undefined ? rest : { ...rest, event: { ...event, eventId: rest.idKey } }) as T;
}

/** An opened item as it is stored. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- likewise
export function closed<T = Attributes>(item: object): T {
  const entries = Object.entries(item).map(([name, value]): [string, unknown] => {
    if (!TEXTS.includes(name) || !('idKey' in item)) return [name, value];
    const { eventId, ...content } = (value ?? {}) as { eventId?: unknown };
    return [name, JSON.stringify(name === 'event' ? content : value)];
  });
  return Object.fromEntries(entries) as T;
}

import { DeleteCommand, DynamoDBDocumentClient, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { registry, type ProductState } from '@hindsight/domain';
import {
  readSnapshot,
  type Snapshot,
  type SnapshotItem,
} from '../../packages/event-log/src/storage/snapshots';
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

export const snapshotItemsOf = (table: Table, productId: string): Promise<SnapshotItem[]> =>
  itemsOf<SnapshotItem>(table, productId, 'c#');

/** The contents of a product's snapshots; throws if one is incomplete. */
export async function snapshotsOf(table: Table, productId: string): Promise<Snapshot<ProductState>[]> {
  return (await snapshotItemsOf(table, productId)).map((item) => {
    const snapshot = readSnapshot(registry, item);
    if (snapshot === undefined) throw new Error(`${item.sk} is not whole`);
    return snapshot;
  });
}

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

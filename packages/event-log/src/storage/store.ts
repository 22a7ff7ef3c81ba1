import {
  BatchGetCommand,
  DynamoDBDocumentClient,
  GetCommand,
  QueryCommand,
  type QueryCommandInput,
} from '@aws-sdk/lib-dynamodb';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { keySchema, LAST } from './keys';

/** One page of a partition or of one of its indexes, between two keys (which no item has). */
export interface Range {
  readonly index?: typeof keySchema.byEffective | typeof keySchema.byRecorded;
  readonly after: string;
  readonly before: string;
  readonly backward?: boolean;
  readonly limit?: number;
  readonly startKey?: Record<string, unknown>;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextKey?: Record<string, unknown>;
}

/** The few ways in which the log reads its table; always consistent. */
export interface Store {
  readonly tableName: string;
  get<T>(productId: string, sk: string): Promise<T | undefined>;
  /** At most 100 keys, in no order; items that are not there are left out. */
  getAll<T>(productId: string, keys: readonly string[]): Promise<T[]>;
  page<T>(productId: string, range: Range): Promise<Page<T>>;
  /** All pages of a range, one in memory at a time. */
  pages<T>(productId: string, range: Range): AsyncGenerator<readonly T[]>;
}

export function createStore(client: DynamoDBClient, tableName: string): Store {
  const documents = DynamoDBDocumentClient.from(client);
  const { partitionKey, sortKey } = keySchema;
  const keyOf = (productId: string, sk: string) => ({ [partitionKey]: productId, [sortKey]: sk });

  async function page<T>(productId: string, range: Range): Promise<Page<T>> {
    const { index, after, before, backward = false, limit, startKey } = range;
    // Nothing is between them, and DynamoDB takes such a question for a mistake.
    if (after > before) return { items: [] };
    const input: QueryCommandInput = {
      TableName: tableName,
      ConsistentRead: true,
      KeyConditionExpression: '#p = :p AND #k BETWEEN :after AND :before',
      ExpressionAttributeNames: { '#p': partitionKey, '#k': index?.sortKey ?? sortKey },
      ExpressionAttributeValues: { ':p': productId, ':after': after, ':before': before },
      ScanIndexForward: !backward,
      ...(index && { IndexName: index.name, Select: 'ALL_ATTRIBUTES' }),
      Limit: limit,
      ExclusiveStartKey: startKey,
    };
    const { Items, LastEvaluatedKey } = await documents.send(new QueryCommand(input));
    return { items: (Items ?? []) as T[], ...(LastEvaluatedKey && { nextKey: LastEvaluatedKey }) };
  }

  return {
    tableName,
    page,
    async get<T>(productId: string, sk: string) {
      const request = { TableName: tableName, Key: keyOf(productId, sk), ConsistentRead: true };
      return (await documents.send(new GetCommand(request))).Item as T | undefined;
    },
    async getAll<T>(productId: string, keys: readonly string[]) {
      const found: T[] = [];
      let wanted: Record<string, unknown>[] = keys.map((sk) => keyOf(productId, sk));
      while (wanted.length > 0) {
        const request = { RequestItems: { [tableName]: { Keys: wanted, ConsistentRead: true } } };
        const { Responses, UnprocessedKeys } = await documents.send(new BatchGetCommand(request));
        found.push(...((Responses?.[tableName] ?? []) as T[]));
        wanted = UnprocessedKeys?.[tableName]?.Keys ?? [];
      }
      return found;
    },
    async *pages<T>(productId: string, range: Range) {
      let startKey: Record<string, unknown> | undefined;
      do {
        const { items, nextKey } = await page<T>(productId, { ...range, ...(startKey && { startKey }) });
        yield items;
        startKey = nextKey;
      } while (startKey !== undefined);
    },
  };
}

/** Every key of a kind lies between these. */
export const within = (prefix: string) => ({ after: prefix, before: `${prefix}${LAST}` });

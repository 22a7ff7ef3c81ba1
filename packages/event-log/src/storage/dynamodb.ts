import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  BatchWriteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  QueryCommand,
  ScanCommand,
  type BatchWriteCommandInput,
  type QueryCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { assert } from '@hindsight/bitemporal';
import { realTime, untilDone, type Waiting } from './backoff';
import { pingTable } from './dynamodb-table';
import { appendItems } from './dynamodb-append';
import { compareKeys, isStream, itemKey, keySchema } from './keys';
import { KEYS_LIMIT, type Page, type PageKey, type Range, type Store, type StoredItem } from './store';

/** Items that one BatchWriteItem takes. */
const WRITES_LIMIT = 25;

const { partitionKey, sortKey } = keySchema;

type WriteRequest = NonNullable<NonNullable<BatchWriteCommandInput['RequestItems']>[string]>[number];

/** The log in one DynamoDB table (dynamodb-table.ts). */
class DynamoDbStore implements Store {
  readonly #documents: DynamoDBDocumentClient;

  constructor(
    readonly client: DynamoDBClient,
    readonly tableName: string,
    readonly waiting: Waiting,
  ) {
    this.#documents = DynamoDBDocumentClient.from(client, {
      marshallOptions: { removeUndefinedValues: true },
    });
  }

  async get<T>(streamId: string, sk: string): Promise<T | undefined> {
    const request = { TableName: this.tableName, Key: { ...itemKey(streamId, sk) }, ConsistentRead: true };
    return (await this.#documents.send(new GetCommand(request))).Item as T | undefined;
  }

  async getAll<T>(streamId: string, keys: readonly string[]): Promise<T[]> {
    assert(keys.length <= KEYS_LIMIT, `at most ${KEYS_LIMIT} keys are read at once`);
    const found: T[] = [];
    if (keys.length === 0) return found;
    let wanted: Record<string, unknown>[] = keys.map((sk) => ({ ...itemKey(streamId, sk) }));
    return untilDone(this.waiting, `items of ${streamId} can't be read`, async () => {
      const request = { RequestItems: { [this.tableName]: { Keys: wanted, ConsistentRead: true } } };
      const { Responses, UnprocessedKeys } = await this.#documents.send(new BatchGetCommand(request));
      found.push(...((Responses?.[this.tableName] ?? []) as T[]));
      wanted = UnprocessedKeys?.[this.tableName]?.Keys ?? [];
      return wanted.length === 0 ? found : undefined;
    });
  }

  async page<T>(streamId: string, range: Range): Promise<Page<T>> {
    const { index, keysOnly = false, after, before, backward = false, limit, startKey } = range;
    // Nothing is between them, and DynamoDB takes such a question for a mistake.
    if (compareKeys(after, before) > 0) return { items: [] };
    const input: QueryCommandInput = {
      TableName: this.tableName,
      ConsistentRead: true,
      KeyConditionExpression: '#p = :p AND #k BETWEEN :after AND :before',
      ExpressionAttributeNames: { '#p': partitionKey, '#k': index?.sortKey ?? sortKey },
      ExpressionAttributeValues: { ':p': streamId, ':after': after, ':before': before },
      ScanIndexForward: !backward,
      ...(index && {
        IndexName: index.name,
        Select: keysOnly ? 'ALL_PROJECTED_ATTRIBUTES' : 'ALL_ATTRIBUTES',
      }),
      Limit: limit,
      ExclusiveStartKey: startKey,
    };
    const { Items, LastEvaluatedKey } = await this.#documents.send(new QueryCommand(input));
    return { items: (Items ?? []) as T[], ...(LastEvaluatedKey && { nextKey: LastEvaluatedKey }) };
  }

  async *pages<T>(streamId: string, range: Range): AsyncGenerator<readonly T[]> {
    let startKey: PageKey | undefined;
    do {
      const { items, nextKey } = await this.page<T>(streamId, { ...range, ...(startKey && { startKey }) });
      yield items;
      startKey = nextKey;
    } while (startKey !== undefined);
  }

  append(items: readonly StoredItem[]): Promise<'stored' | 'lost race'> {
    return appendItems(this, items);
  }

  async replaceCaches(
    streamId: string,
    puts: readonly StoredItem[],
    deletes: readonly string[],
  ): Promise<void> {
    const requests: WriteRequest[] = [
      ...puts.map((item) => ({ PutRequest: { Item: { ...item } } })),
      ...deletes.map((sk) => ({ DeleteRequest: { Key: { ...itemKey(streamId, sk) } } })),
    ];
    for (let first = 0; first < requests.length; first += WRITES_LIMIT) {
      await this.#write(streamId, requests.slice(first, first + WRITES_LIMIT));
    }
  }

  #write(streamId: string, requests: readonly WriteRequest[]): Promise<true> {
    let left = [...requests];
    return untilDone(this.waiting, `caches of ${streamId} can't be written`, async () => {
      const request = new BatchWriteCommand({ RequestItems: { [this.tableName]: left } });
      const { UnprocessedItems } = await this.#documents.send(request);
      left = UnprocessedItems?.[this.tableName] ?? [];
      return left.length === 0 ? true : undefined;
    });
  }

  async *partition<T>(streamId: string): AsyncGenerator<T> {
    let startKey: PageKey | undefined;
    do {
      const { Items, LastEvaluatedKey } = await this.#documents.send(
        new QueryCommand({
          TableName: this.tableName,
          ConsistentRead: true,
          KeyConditionExpression: '#p = :p',
          ExpressionAttributeNames: { '#p': partitionKey },
          ExpressionAttributeValues: { ':p': streamId },
          ...(startKey && { ExclusiveStartKey: startKey }),
        }),
      );
      yield* (Items ?? []) as T[];
      startKey = LastEvaluatedKey;
    } while (startKey !== undefined);
  }

  async *partitions(): AsyncGenerator<string> {
    let startKey: PageKey | undefined;
    // A scan gives the items of one partition one after another.
    let last: string | undefined;
    do {
      const { Items, LastEvaluatedKey } = await this.#documents.send(
        new ScanCommand({
          TableName: this.tableName,
          ConsistentRead: true,
          ProjectionExpression: '#p',
          ExpressionAttributeNames: { '#p': partitionKey },
          ...(startKey && { ExclusiveStartKey: startKey }),
        }),
      );
      for (const item of Items ?? []) {
        const streamId = String(item[partitionKey]);
        if (streamId !== last && isStream(streamId)) yield streamId;
        last = streamId;
      }
      startKey = LastEvaluatedKey;
    } while (startKey !== undefined);
  }

  ping(): Promise<void> {
    return pingTable(this.client, this.tableName);
  }
}

/** @param waiting how to wait for a table that is busy */
export const createDynamoDbStore = (
  client: DynamoDBClient,
  tableName: string,
  waiting: Waiting = realTime,
): Store => new DynamoDbStore(client, tableName, waiting);

import {
  TransactWriteItemsCommand,
  type AttributeValue,
  type DynamoDBClient,
  type TransactionCanceledException,
} from '@aws-sdk/client-dynamodb';
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
import { marshall } from '@aws-sdk/util-dynamodb';
import { assert } from '@hindsight/bitemporal';
import { realTime, untilDone, type Waiting } from './backoff';
import { cancellationCodesIn, cancellationOf, type Cancellation } from './cancellation';
import { pingTable } from './dynamodb-table';
import { StoreFailedError, StreamFullError } from './errors';
import { itemKey, keySchema, streamOf } from './keys';
import {
  APPEND_LIMIT,
  KEYS_LIMIT,
  type Page,
  type PageKey,
  type Range,
  type Store,
  type StoredItem,
} from './store';

/** Items that one BatchWriteItem takes. */
const WRITES_LIMIT = 25;

const { partitionKey, sortKey } = keySchema;

/** One conditional write of a transaction, as the service takes it. */
export interface TransactItem {
  readonly Put: {
    readonly TableName: string;
    readonly Item: Record<string, AttributeValue>;
    readonly ConditionExpression: string;
  };
}

/** The items of an append as `TransactItems`: what this store sends, and what the state machine sends itself. */
export function transactItemsOf(tableName: string, items: readonly StoredItem[]): TransactItem[] {
  assert(items.length > 0 && items.length <= APPEND_LIMIT, `an append has 1 to ${APPEND_LIMIT} items`);
  return items.map((item) => ({
    Put: {
      TableName: tableName,
      Item: marshall(item, { removeUndefinedValues: true }),
      ConditionExpression: `attribute_not_exists(${sortKey})`,
    },
  }));
}

/** What a transaction that threw met; undefined for errors that are not about its items. */
function cancellationIn(error: unknown): Cancellation | undefined {
  if (!(error instanceof Error)) return undefined;
  // The same transaction is still being worked on, for an earlier request with its token.
  if (error.name === 'TransactionInProgressException') return { kind: 'throttled' };
  if (error.name === 'ItemCollectionSizeLimitExceededException') return { kind: 'stream-full' };
  if (error.name === 'IdempotentParameterMismatchException') return { kind: 'failed', reason: error.message };
  if (error.name !== 'TransactionCanceledException') return undefined;
  const { CancellationReasons: reasons = [] } = error as Pick<
    TransactionCanceledException,
    'CancellationReasons'
  >;
  const codes = reasons.map(({ Code }) => Code);
  return cancellationOf(codes.length > 0 ? codes : cancellationCodesIn(error.message));
}

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
    const { index, after, before, backward = false, limit, startKey } = range;
    // Nothing is between them, and DynamoDB takes such a question for a mistake.
    if (after > before) return { items: [] };
    const input: QueryCommandInput = {
      TableName: this.tableName,
      ConsistentRead: true,
      KeyConditionExpression: '#p = :p AND #k BETWEEN :after AND :before',
      ExpressionAttributeNames: { '#p': partitionKey, '#k': index?.sortKey ?? sortKey },
      ExpressionAttributeValues: { ':p': streamId, ':after': after, ':before': before },
      ScanIndexForward: !backward,
      ...(index && { IndexName: index.name, Select: 'ALL_ATTRIBUTES' }),
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

  async append(items: readonly StoredItem[], token: string): Promise<'stored' | 'lost race'> {
    const TransactItems = transactItemsOf(this.tableName, items);
    const streamId = [...new Set(items.map(streamOf))].join(', ');
    return untilDone(this.waiting, `${streamId} can't be written`, async () => {
      try {
        await this.client.send(new TransactWriteItemsCommand({ TransactItems, ClientRequestToken: token }));
        return 'stored';
      } catch (error) {
        const cancellation = cancellationIn(error);
        switch (cancellation?.kind) {
          case undefined:
            throw error;
          case 'lost-race':
            return 'lost race';
          case 'throttled':
            return undefined;
          case 'stream-full':
            throw new StreamFullError(streamId);
          case 'failed':
            throw new StoreFailedError(cancellation.reason);
        }
      }
    });
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
        if (streamId !== last) yield streamId;
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

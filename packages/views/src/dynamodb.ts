import {
  ConditionalCheckFailedException,
  CreateTableCommand,
  ResourceInUseException,
  waitUntilTableExists,
  type CreateTableCommandInput,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  BatchWriteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  type BatchWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { setTimeout as delay } from 'node:timers/promises';
import { indexes, type Ranked, type ViewKey, type ViewRange, type ViewStore } from './store';

/** Names of the table's keys, which the infrastructure imports. */
export const viewKeySchema = { partitionKey: 'view', sortKey: 'key', indexes } as const;

/** The table as `CreateTable` takes it: on demand, two local indexes. */
export function viewTableDefinition(tableName: string): CreateTableCommandInput {
  const { partitionKey, sortKey } = viewKeySchema;
  const text = (name: string) => ({ AttributeName: name, AttributeType: 'S' as const });
  const keys = (range: string) => [
    { AttributeName: partitionKey, KeyType: 'HASH' as const },
    { AttributeName: range, KeyType: 'RANGE' as const },
  ];
  return {
    TableName: tableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [partitionKey, sortKey, ...indexes].map(text),
    KeySchema: keys(sortKey),
    LocalSecondaryIndexes: indexes.map((name) => ({
      IndexName: name,
      KeySchema: keys(name),
      Projection: { ProjectionType: 'ALL' as const },
    })),
  };
}

/** Creates the table if it does not exist, and waits until it can be used. */
export async function ensureViewTable(client: DynamoDBClient, tableName: string): Promise<void> {
  try {
    await client.send(new CreateTableCommand(viewTableDefinition(tableName)));
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
  }
  await waitUntilTableExists({ client, maxWaitTime: 60, minDelay: 1, maxDelay: 2 }, { TableName: tableName });
}

/** Keys of one BatchGetItem, and items of one BatchWriteItem. */
const GETS = 100;
const WRITES = 25;
/** Attempts of a request that the table leaves partly unprocessed, with a growing wait between. */
const ATTEMPTS = 8;
const FIRST_WAIT_MS = 10;

/** A table that stays too busy. The name is one that callers map to "unavailable". */
class ViewsUnavailableError extends Error {
  override readonly name = 'StoreUnavailable';
}

async function untilDone(request: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    if (attempt > 0) await delay(Math.random() * FIRST_WAIT_MS * 2 ** attempt);
    if (await request()) return;
  }
  throw new ViewsUnavailableError('the table of views is too busy');
}

const chunks = <T>(items: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));

type WriteRequest = NonNullable<NonNullable<BatchWriteCommandInput['RequestItems']>[string]>[number];

class DynamoDbViewStore implements ViewStore {
  readonly #documents: DynamoDBDocumentClient;

  constructor(
    client: DynamoDBClient,
    readonly tableName: string,
  ) {
    this.#documents = DynamoDBDocumentClient.from(client, {
      marshallOptions: { removeUndefinedValues: true },
    });
  }

  async get<T>({ view, key }: ViewKey): Promise<T | undefined> {
    const request = { TableName: this.tableName, Key: { view, key }, ConsistentRead: true };
    return (await this.#documents.send(new GetCommand(request))).Item as T | undefined;
  }

  async getAll<T>(items: readonly ViewKey[]): Promise<T[]> {
    const found: T[] = [];
    for (const part of chunks(items, GETS)) {
      let wanted: Record<string, unknown>[] = part.map(({ view, key }) => ({ view, key }));
      await untilDone(async () => {
        const request = { RequestItems: { [this.tableName]: { Keys: wanted, ConsistentRead: true } } };
        const { Responses, UnprocessedKeys } = await this.#documents.send(new BatchGetCommand(request));
        found.push(...((Responses?.[this.tableName] ?? []) as T[]));
        wanted = UnprocessedKeys?.[this.tableName]?.Keys ?? [];
        return wanted.length === 0;
      });
    }
    return found;
  }

  async page<T>(view: string, { index, after, before, backward = false, limit }: ViewRange): Promise<T[]> {
    const items: T[] = [];
    let startKey: Record<string, unknown> | undefined;
    do {
      const { Items, LastEvaluatedKey } = await this.#documents.send(
        new QueryCommand({
          TableName: this.tableName,
          ConsistentRead: true,
          KeyConditionExpression: '#v = :v AND #k BETWEEN :after AND :before',
          ExpressionAttributeNames: { '#v': viewKeySchema.partitionKey, '#k': index ?? 'key' },
          ExpressionAttributeValues: { ':v': view, ':after': after, ':before': before },
          ScanIndexForward: !backward,
          ...(index && { IndexName: index }),
          Limit: limit - items.length,
          ExclusiveStartKey: startKey,
        }),
      );
      items.push(...((Items ?? []) as T[]));
      startKey = LastEvaluatedKey;
    } while (startKey !== undefined && items.length < limit);
    return items;
  }

  create(item: ViewKey): Promise<boolean> {
    return this.#putIf(item, { ConditionExpression: 'attribute_not_exists(#k)' }, { '#k': 'key' });
  }

  replace(item: Ranked): Promise<boolean> {
    const condition = {
      ConditionExpression: 'attribute_not_exists(#r) OR #r < :r',
      ExpressionAttributeValues: { ':r': item.rank },
    };
    return this.#putIf(item, condition, { '#r': 'rank' });
  }

  async #putIf(item: ViewKey, condition: object, names: Record<string, string>): Promise<boolean> {
    try {
      await this.#documents.send(
        new PutCommand({
          TableName: this.tableName,
          Item: { ...item },
          ExpressionAttributeNames: names,
          ...condition,
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }

  async put(items: readonly ViewKey[]): Promise<void> {
    await this.#write(items.map((item) => ({ PutRequest: { Item: { ...item } } })));
  }

  async remove(items: readonly ViewKey[]): Promise<void> {
    await this.#write(items.map(({ view, key }) => ({ DeleteRequest: { Key: { view, key } } })));
  }

  async #write(requests: readonly WriteRequest[]): Promise<void> {
    for (const part of chunks(requests, WRITES)) {
      let left = part;
      await untilDone(async () => {
        const request = new BatchWriteCommand({ RequestItems: { [this.tableName]: left } });
        const { UnprocessedItems } = await this.#documents.send(request);
        left = UnprocessedItems?.[this.tableName] ?? [];
        return left.length === 0;
      });
    }
  }
}

export const createDynamoDbViewStore = (client: DynamoDBClient, tableName: string): ViewStore =>
  new DynamoDbViewStore(client, tableName);

import type { ConsumedCapacity, CreateTableCommandInput, TableDescription } from '@aws-sdk/client-dynamodb';
import { readUnits } from './capacity';
import { conditionFailed, inUse, invalid, notFound, onlyKnown, UnsupportedByMemoryError } from './errors';
import { holds, type Named } from './expressions';
import { query, type QueryInput, type QueryOutput } from './query';
import { scan, type ScanInput } from './scan';
import { requestedKey, schemaOf } from './schema';
import { itemOf, Table, type Write } from './table';
import { Transactions, type TransactWriteInput } from './transactions';
import type { Item } from './values';

export interface MemoryDatabaseOptions {
  /** For how long tokens of transactions last; milliseconds. */
  readonly clock?: () => number;
  /**
   * By how many of the last writes of a partition an eventually consistent read is behind, of so many that can be
   * looked behind. Absent: by none.
   */
  readonly lag?: (writes: number) => number;
}

interface Counted {
  readonly ReturnConsumedCapacity?: string;
}
interface KeyInput extends Counted {
  readonly TableName?: string;
  readonly Key?: Item;
  readonly ConsistentRead?: boolean;
}
interface WriteInput extends Counted, Named {
  readonly TableName?: string;
  readonly Item?: Item;
  readonly Key?: Item;
  readonly ConditionExpression?: string;
}
interface BatchGetInput extends Counted {
  readonly RequestItems?: Readonly<
    Record<string, { readonly Keys?: readonly Item[]; readonly ConsistentRead?: boolean }>
  >;
}
interface WriteRequest {
  readonly PutRequest?: { readonly Item?: Item };
  readonly DeleteRequest?: { readonly Key?: Item };
}
interface BatchWriteInput extends Counted {
  readonly RequestItems?: Readonly<Record<string, readonly WriteRequest[]>>;
}

const GET = new Set(['TableName', 'Key', 'ConsistentRead', 'ReturnConsumedCapacity']);
const WRITE = new Set([
  'TableName',
  'Item',
  'Key',
  'ConditionExpression',
  'ExpressionAttributeNames',
  'ExpressionAttributeValues',
  'ReturnConsumedCapacity',
]);
const BATCH = new Set(['RequestItems', 'ReturnConsumedCapacity']);
const BATCH_OF_TABLE = new Set(['Keys', 'ConsistentRead']);
const MOST_READ = 100;
const MOST_WRITTEN = 25;

const consumed = (TableName: string, CapacityUnits: number, { ReturnConsumedCapacity }: Counted) =>
  ReturnConsumedCapacity === 'TOTAL' || ReturnConsumedCapacity === 'INDEXES'
    ? { ConsumedCapacity: { TableName, CapacityUnits } satisfies ConsumedCapacity }
    : {};

function consumedByAll(units: ReadonlyMap<string, number>, { ReturnConsumedCapacity = 'NONE' }: Counted) {
  if (ReturnConsumedCapacity === 'NONE') return {};
  return {
    ConsumedCapacity: [...units].map(([TableName, CapacityUnits]): ConsumedCapacity => ({
      TableName,
      CapacityUnits,
    })),
  };
}

/**
 * Tables in this process, as far as this project uses DynamoDB; everything else throws. Requests and answers hold
 * items as JavaScript has them. Each operation is one step: nothing comes between.
 */
export class MemoryDatabase {
  readonly #tables = new Map<string, Table>();
  readonly #transactions: Transactions;
  readonly #lag: MemoryDatabaseOptions['lag'];

  constructor({ clock = Date.now, lag }: MemoryDatabaseOptions = {}) {
    this.#transactions = new Transactions(clock);
    this.#lag = lag;
  }

  createTable(input: CreateTableCommandInput): { TableDescription: TableDescription } {
    const schema = schemaOf(input);
    if (this.#tables.has(schema.tableName)) throw inUse(schema.tableName);
    this.#tables.set(schema.tableName, new Table(schema, this.#lag));
    return { TableDescription: this.describeTable(input).Table };
  }

  describeTable({ TableName }: { readonly TableName?: string | undefined }): { Table: TableDescription } {
    const { definition } = this.#table(TableName).schema;
    const { AttributeDefinitions, KeySchema, LocalSecondaryIndexes } = definition;
    return {
      Table: { TableName, TableStatus: 'ACTIVE', AttributeDefinitions, KeySchema, LocalSecondaryIndexes },
    };
  }

  deleteTable({ TableName }: { readonly TableName?: string | undefined }): {
    TableDescription: TableDescription;
  } {
    const { Table: description } = this.describeTable({ TableName });
    this.#tables.delete(TableName ?? '');
    return { TableDescription: { ...description, TableStatus: 'DELETING' } };
  }

  getItem(input: KeyInput): { Item?: Item; ConsumedCapacity?: ConsumedCapacity } {
    onlyKnown('GetItem', input, GET);
    const { TableName, Key, ConsistentRead = false } = input;
    const table = this.#table(TableName);
    const { partition, sort } = requestedKey(table.schema, Key);
    const stored = table.read(partition, ConsistentRead)?.get(sort);
    const Item = itemOf(stored);
    return {
      ...(Item && { Item }),
      ...consumed(TableName ?? '', readUnits(stored?.size ?? 0, ConsistentRead), input),
    };
  }

  putItem(input: WriteInput): { ConsumedCapacity?: ConsumedCapacity } {
    onlyKnown('PutItem', input, WRITE);
    const table = this.#table(input.TableName);
    return this.#one(table, table.put(input.Item ?? {}), input);
  }

  deleteItem(input: WriteInput): { ConsumedCapacity?: ConsumedCapacity } {
    onlyKnown('DeleteItem', input, WRITE);
    const table = this.#table(input.TableName);
    return this.#one(table, table.remove(input.Key), input);
  }

  query(input: QueryInput & Counted): QueryOutput & { ConsumedCapacity?: ConsumedCapacity } {
    const { output, units } = query(this.#table(input.TableName), input);
    return { ...output, ...consumed(input.TableName ?? '', units, input) };
  }

  scan(input: ScanInput & Counted): QueryOutput & { ConsumedCapacity?: ConsumedCapacity } {
    const { output, units } = scan(this.#table(input.TableName), input);
    return { ...output, ...consumed(input.TableName ?? '', units, input) };
  }

  batchGetItem(input: BatchGetInput): {
    Responses: Record<string, Item[]>;
    UnprocessedKeys: Record<string, never>;
    ConsumedCapacity?: ConsumedCapacity[];
  } {
    onlyKnown('BatchGetItem', input, BATCH);
    const requests = Object.entries(input.RequestItems ?? {});
    const wanted = requests.reduce((sum, [, { Keys = [] }]) => sum + Keys.length, 0);
    if (wanted < 1 || wanted > MOST_READ)
      throw invalid(`Too many items requested for the BatchGetItem call, or none`);
    const Responses: Record<string, Item[]> = {};
    const units = new Map<string, number>();
    for (const [name, request] of requests) {
      onlyKnown('BatchGetItem', request, BATCH_OF_TABLE);
      const { Keys = [], ConsistentRead = false } = request;
      const table = this.#table(name);
      const keys = Keys.map((key) => requestedKey(table.schema, key));
      if (new Set(keys.map((key) => JSON.stringify(key))).size < keys.length)
        throw invalid('Provided list of item keys contains duplicates');
      const stored = keys.map(({ partition, sort }) => table.read(partition, ConsistentRead)?.get(sort));
      // In no order: here in the reverse one, so that nobody counts on it.
      Responses[name] = stored
        .map(itemOf)
        .filter((item) => item !== undefined)
        .reverse();
      units.set(
        name,
        stored.reduce((sum, one) => sum + readUnits(one?.size ?? 0, ConsistentRead), 0),
      );
    }
    return { Responses, UnprocessedKeys: {}, ...consumedByAll(units, input) };
  }

  batchWriteItem(input: BatchWriteInput): {
    UnprocessedItems: Record<string, never>;
    ConsumedCapacity?: ConsumedCapacity[];
  } {
    onlyKnown('BatchWriteItem', input, BATCH);
    const requests = Object.entries(input.RequestItems ?? {});
    const wanted = requests.reduce((sum, [, writes]) => sum + writes.length, 0);
    if (wanted < 1 || wanted > MOST_WRITTEN)
      throw invalid('Too many items requested for the BatchWriteItem call, or none');
    const plans = requests.map(([name, writes]) => {
      const table = this.#table(name);
      const planned = writes.map(({ PutRequest, DeleteRequest }): Write =>
        PutRequest === undefined ? table.remove(DeleteRequest?.Key) : table.put(PutRequest.Item ?? {}),
      );
      if (new Set(planned.map(({ key }) => JSON.stringify(key))).size < planned.length)
        throw invalid('Provided list of item keys contains duplicates');
      return { name, table, planned };
    });
    const units = new Map(plans.map(({ name, table, planned }) => [name, table.write(planned)]));
    return { UnprocessedItems: {}, ...consumedByAll(units, input) };
  }

  transactWriteItems(input: TransactWriteInput & Counted): { ConsumedCapacity?: ConsumedCapacity[] } {
    const units = this.#transactions.write(input, (name) => this.#table(name));
    return consumedByAll(units, input);
  }

  #one(table: Table, write: Write, input: WriteInput): { ConsumedCapacity?: ConsumedCapacity } {
    if (!holds(input.ConditionExpression, itemOf(table.current(write.key)), input)) throw conditionFailed();
    return consumed(table.schema.tableName, table.write([write]), input);
  }

  #table(name: string | undefined): Table {
    const table = this.#tables.get(name ?? '');
    if (table === undefined) throw notFound();
    return table;
  }
}

/** The operations by the names of the service. */
export function execute(database: MemoryDatabase, operation: string, input: object): object {
  switch (operation) {
    case 'CreateTable':
      return database.createTable(input as CreateTableCommandInput);
    case 'DescribeTable':
      return database.describeTable(input);
    case 'DeleteTable':
      return database.deleteTable(input);
    case 'GetItem':
      return database.getItem(input);
    case 'PutItem':
      return database.putItem(input);
    case 'DeleteItem':
      return database.deleteItem(input);
    case 'Query':
      return database.query(input);
    case 'Scan':
      return database.scan(input);
    case 'BatchGetItem':
      return database.batchGetItem(input);
    case 'BatchWriteItem':
      return database.batchWriteItem(input);
    case 'TransactWriteItems':
      return database.transactWriteItems(input);
  }
  throw new UnsupportedByMemoryError(`the operation ${operation}`);
}

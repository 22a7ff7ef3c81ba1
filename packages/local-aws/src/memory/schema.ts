import type { CreateTableCommandInput, KeySchemaElement } from '@aws-sdk/client-dynamodb';
import { invalid, onlyKnown, parameterInvalid, UnsupportedByMemoryError } from './errors';
import { bytesOf, sizeOfItem, type Item } from './values';

export interface Index {
  readonly name: string;
  readonly sortKey: string;
  /** Every attribute is in it, and not the keys alone. */
  readonly all: boolean;
}

/** Keys are texts; every index is a local one. */
export interface Schema {
  readonly tableName: string;
  readonly partitionKey: string;
  readonly sortKey: string | undefined;
  readonly indexes: readonly Index[];
  /** As it was asked for, for DescribeTable. */
  readonly definition: CreateTableCommandInput;
}

const KNOWN = new Set([
  'TableName',
  'BillingMode',
  'AttributeDefinitions',
  'KeySchema',
  'LocalSecondaryIndexes',
  'ProvisionedThroughput',
  'StreamSpecification',
  'DeletionProtectionEnabled',
]);
const LARGEST_ITEM = 400 * 1024;
const LONGEST_SORT_KEY = 1024;
const LONGEST_PARTITION_KEY = 2048;

const keyOf = (schema: readonly KeySchemaElement[] | undefined, type: 'HASH' | 'RANGE') =>
  schema?.find(({ KeyType }) => KeyType === type)?.AttributeName;

/** @throws ValidationException, UnsupportedByMemoryError */
export function schemaOf(input: CreateTableCommandInput): Schema {
  onlyKnown('CreateTable', input, KNOWN);
  const { TableName = '', AttributeDefinitions = [], KeySchema, LocalSecondaryIndexes = [] } = input;
  if (!/^[A-Za-z0-9_.-]{3,255}$/.test(TableName))
    throw parameterInvalid(`table name ${TableName}: 3 to 255 of a-z A-Z 0-9 . _ -`);
  const partitionKey = keyOf(KeySchema, 'HASH');
  if (partitionKey === undefined) throw parameterInvalid('no hash key is given');
  const other = AttributeDefinitions.find(({ AttributeType }) => AttributeType !== 'S');
  if (other !== undefined) throw new UnsupportedByMemoryError(`keys of type ${other.AttributeType}`);
  const indexes = LocalSecondaryIndexes.map(({ IndexName: name = '', KeySchema: keys, Projection }) => {
    const sortKey = keyOf(keys, 'RANGE');
    const projected = Projection?.ProjectionType;
    if (sortKey === undefined) throw parameterInvalid(`index ${name} has no range key`);
    if (projected !== 'ALL' && projected !== 'KEYS_ONLY')
      throw new UnsupportedByMemoryError(`the projection ${projected}`);
    return { name, sortKey, all: projected === 'ALL' };
  });
  return {
    tableName: TableName,
    partitionKey,
    sortKey: keyOf(KeySchema, 'RANGE'),
    indexes,
    definition: input,
  };
}

/** One key of an item or request. @throws ValidationException */
export function keyText(item: Item, name: string, longest: number): string {
  const value = item[name];
  if (value === undefined) throw parameterInvalid(`Missing the key ${name} in the item`);
  if (typeof value !== 'string') throw parameterInvalid(`Type mismatch for key ${name} expected: S`);
  if (value === '')
    throw parameterInvalid(
      `The AttributeValue for a key attribute cannot contain an empty string value. Key: ${name}`,
    );
  if (bytesOf(value) > longest)
    throw parameterInvalid(`Size of key ${name} has exceeded the maximum of ${longest} bytes`);
  return value;
}

export interface PrimaryKey {
  readonly partition: string;
  /** '' where the table has no sort key. */
  readonly sort: string;
}

export function primaryKeyOf(schema: Schema, item: Item): PrimaryKey {
  const { partitionKey, sortKey } = schema;
  return {
    partition: keyText(item, partitionKey, LONGEST_PARTITION_KEY),
    sort: sortKey === undefined ? '' : keyText(item, sortKey, LONGEST_SORT_KEY),
  };
}

/** A key of a request, which has nothing but the key. @throws ValidationException */
export function requestedKey(schema: Schema, key: Item | undefined): PrimaryKey {
  const names = [schema.partitionKey, ...(schema.sortKey === undefined ? [] : [schema.sortKey])];
  const matches = key !== undefined && Object.keys(key).length === names.length;
  if (!matches || names.some((name) => !(name in key)))
    throw invalid('The provided key element does not match the schema');
  return primaryKeyOf(schema, key);
}

/** The item's place in each index, in their order; undefined where it is in none. @throws ValidationException */
export function checkedItem(
  schema: Schema,
  item: Item,
): { key: PrimaryKey; size: number; places: (string | undefined)[] } {
  const key = primaryKeyOf(schema, item);
  const places = schema.indexes.map(({ sortKey }) =>
    item[sortKey] === undefined ? undefined : keyText(item, sortKey, LONGEST_SORT_KEY),
  );
  const size = sizeOfItem(item);
  if (size > LARGEST_ITEM) throw invalidSize();
  return { key, size, places };
}

const invalidSize = () => invalid('Item size has exceeded the maximum allowed size');

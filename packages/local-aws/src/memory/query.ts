import { keysSize, readUnits } from './capacity';
import { invalid, onlyKnown, UnsupportedByMemoryError } from './errors';
import { keyCondition, type KeyCondition, type Named } from './expressions';
import { lastOf, placeOf, type Partition, type Stored } from './partition';
import { keyText, requestedKey, type Schema } from './schema';
import { itemOf, type Table } from './table';
import type { Item } from './values';

export interface QueryInput extends Named {
  readonly TableName?: string;
  readonly IndexName?: string;
  readonly ConsistentRead?: boolean;
  readonly KeyConditionExpression?: string;
  readonly ScanIndexForward?: boolean;
  readonly Select?: string;
  readonly Limit?: number;
  readonly ExclusiveStartKey?: Item;
}

const KNOWN = new Set([
  'TableName',
  'IndexName',
  'ConsistentRead',
  'KeyConditionExpression',
  'ExpressionAttributeNames',
  'ExpressionAttributeValues',
  'ScanIndexForward',
  'Select',
  'Limit',
  'ExclusiveStartKey',
  'ReturnConsumedCapacity',
]);
const PAGE = 1024 * 1024;

function indexOf({ indexes }: Schema, name: string | undefined): number | undefined {
  if (name === undefined) return undefined;
  const index = indexes.findIndex((one) => one.name === name);
  if (index < 0) throw invalid(`The table does not have the specified index: ${name}`);
  return index;
}

/** Positions of the keys that a condition holds for: from inclusive, to exclusive. */
function span(partition: Partition, index: number | undefined, { sort }: KeyCondition) {
  const keys = partition.keysOf(index);
  if (sort === undefined) return { from: 0, to: keys.length };
  const from = keys.lowerBound(sort.from);
  if (sort.prefix) return { from, to: keys.lowerBound(`${sort.from}\u{10ffff}`) };
  const to = sort.to ?? '';
  return { from, to: index === undefined ? keys.upperBound(to) : keys.lowerBound(lastOf(to)) };
}

/** The key that an ExclusiveStartKey stands for, in the order of what is read. */
function startKey(
  schema: Schema,
  index: number | undefined,
  { partition }: KeyCondition,
  start: Item,
): string {
  const sortName = index === undefined ? undefined : schema.indexes[index]?.sortKey;
  const { [sortName ?? '']: place, ...primary } = start;
  const key = requestedKey(schema, primary);
  if (key.partition !== partition)
    throw invalid('The provided starting key is outside query boundaries based on provided conditions');
  if (sortName === undefined) return key.sort;
  return placeOf(keyText({ [sortName]: place ?? null }, sortName, 1024), key.sort);
}

/** Where to go on after an item. */
export function lastKey(
  schema: Schema,
  index: number | undefined,
  partition: string,
  { sort, places }: Stored,
): Item {
  const { partitionKey, sortKey, indexes } = schema;
  const place = index === undefined ? undefined : places[index];
  return {
    [partitionKey]: partition,
    ...(sortKey !== undefined && { [sortKey]: sort }),
    ...(index !== undefined && place !== undefined && { [indexes[index]?.sortKey ?? '']: place }),
  };
}

interface Read {
  readonly stored: readonly Stored[];
  /** In the whole page, so far. */
  readonly bytes: number;
  readonly more: boolean;
}

interface Walk {
  /** Positions: inclusive, exclusive. */
  readonly from: number;
  readonly to: number;
  readonly forward: boolean;
  /** What the page has room for, what is in it, and whether anything is. */
  readonly room: { readonly items: number; readonly bytes: number; readonly any: boolean };
  readonly sizeOf: (item: Stored) => number;
}

/** Walks until the end, the limit, or a megabyte. */
export function walk(partition: Partition, index: number | undefined, plan: Walk): Read {
  const { from, to, forward, room, sizeOf } = plan;
  const stored: Stored[] = [];
  let { bytes } = room;
  for (let i = 0; i < to - from; i += 1) {
    if (stored.length === room.items) return { stored, bytes, more: true };
    const item = partition.itemAt(index, forward ? from + i : to - 1 - i);
    const size = sizeOf(item);
    if ((room.any || stored.length > 0) && bytes + size > PAGE) return { stored, bytes, more: true };
    stored.push(item);
    bytes += size;
  }
  // The service does not look whether more would have followed the last one that the limit allows.
  return { stored, bytes, more: stored.length === room.items };
}

export interface QueryOutput {
  readonly Items: Item[];
  readonly Count: number;
  readonly ScannedCount: number;
  readonly LastEvaluatedKey?: Item;
}

/** A query that is one, and what it reads. */
interface Planned {
  readonly index: number | undefined;
  readonly condition: KeyCondition;
  readonly start: string | undefined;
  /** Only keys are in what is read. */
  readonly keysOnly: boolean;
  /** The whole items are fetched for them. */
  readonly fetches: boolean;
}

function plan(schema: Schema, input: QueryInput): Planned {
  onlyKnown('Query', input, KNOWN);
  const { IndexName, KeyConditionExpression = '', Limit = 1, ExclusiveStartKey, Select } = input;
  if (Limit < 1) throw invalid('Limit must be at least 1');
  const index = indexOf(schema, IndexName);
  const condition = keyCondition(KeyConditionExpression, schema.partitionKey, input);
  const sortName = index === undefined ? schema.sortKey : schema.indexes[index]?.sortKey;
  if (condition.sort !== undefined && condition.sort.name !== sortName)
    throw invalid(`Query condition missed key schema element: ${sortName}`);
  if (Select !== undefined && Select !== 'ALL_ATTRIBUTES' && Select !== 'ALL_PROJECTED_ATTRIBUTES')
    throw new UnsupportedByMemoryError(`Select ${Select}`);
  const keysOnly = index !== undefined && schema.indexes[index]?.all === false;
  return {
    index,
    condition,
    start: ExclusiveStartKey && startKey(schema, index, condition, ExclusiveStartKey),
    keysOnly,
    fetches: keysOnly && Select === 'ALL_ATTRIBUTES',
  };
}

function read(schema: Schema, partition: Partition, planned: Planned, input: QueryInput): Read {
  const { index, condition, start, keysOnly } = planned;
  const { ScanIndexForward: forward = true, Limit: limit = Infinity } = input;
  let { from, to } = span(partition, index, condition);
  const keys = partition.keysOf(index);
  if (start !== undefined && forward) from = Math.max(from, keys.upperBound(start));
  if (start !== undefined && !forward) to = Math.min(to, keys.lowerBound(start));
  const sizeOf = (item: Stored) => (keysOnly ? keysSize(schema, condition.partition, item) : item.size);
  return walk(partition, index, { from, to, forward, room: { items: limit, bytes: 0, any: false }, sizeOf });
}

/** @throws ValidationException, UnsupportedByMemoryError */
export function query(table: Table, input: QueryInput): { output: QueryOutput; units: number } {
  const { schema } = table;
  const planned = plan(schema, input);
  const { index, condition, keysOnly, fetches } = planned;
  const consistent = input.ConsistentRead ?? false;
  const partition = table.read(condition.partition, consistent);
  if (partition === undefined)
    return { output: { Items: [], Count: 0, ScannedCount: 0 }, units: readUnits(0, consistent) };
  const { stored, bytes, more } = read(schema, partition, planned, input);
  const last = more ? stored.at(-1) : undefined;
  const fetched = fetches ? stored.reduce((sum, { size }) => sum + readUnits(size, consistent), 0) : 0;
  return {
    output: {
      Items: stored.map((item) =>
        keysOnly && !fetches ? lastKey(schema, index, condition.partition, item) : (itemOf(item) as Item),
      ),
      Count: stored.length,
      ScannedCount: stored.length,
      ...(last && { LastEvaluatedKey: lastKey(schema, index, condition.partition, last) }),
    },
    units: readUnits(bytes, consistent) + fetched,
  };
}

import { readUnits } from './capacity';
import { invalid, onlyKnown } from './errors';
import { attributeName, type Named } from './expressions';
import { lastKey, walk, type QueryOutput } from './query';
import { requestedKey } from './schema';
import { itemOf, type Table } from './table';
import type { Item } from './values';

export interface ScanInput extends Named {
  readonly TableName?: string;
  readonly ConsistentRead?: boolean;
  /** Names of attributes, no paths. */
  readonly ProjectionExpression?: string;
  readonly Limit?: number;
  readonly ExclusiveStartKey?: Item;
}

const KNOWN = new Set([
  'TableName',
  'ConsistentRead',
  'ProjectionExpression',
  'ExpressionAttributeNames',
  'Limit',
  'ExclusiveStartKey',
  'ReturnConsumedCapacity',
]);

function projected(item: Item, { ProjectionExpression, ...named }: ScanInput): Item {
  if (ProjectionExpression === undefined) return item;
  const names = ProjectionExpression.split(',').map((name) => attributeName(name.trim(), named));
  return Object.fromEntries(Object.entries(item).filter(([name]) => names.includes(name)));
}

/** One page, which may end within a partition. @throws ValidationException, UnsupportedByMemoryError */
export function scan(table: Table, input: ScanInput): { output: QueryOutput; units: number } {
  onlyKnown('Scan', input, KNOWN);
  const { ConsistentRead = false, Limit = Infinity, ExclusiveStartKey } = input;
  if (Limit < 1) throw invalid('Limit must be at least 1');
  const { schema } = table;
  let start = ExclusiveStartKey && requestedKey(schema, ExclusiveStartKey);
  const Items: Item[] = [];
  let bytes = 0;
  let LastEvaluatedKey: Item | undefined;
  for (const name of table.partitionsFrom(start?.partition)) {
    const partition = table.read(name, ConsistentRead);
    if (partition === undefined) continue;
    const keys = partition.keysOf(undefined);
    const from = start?.partition === name ? keys.upperBound(start.sort) : 0;
    start = undefined;
    const room = { items: Limit - Items.length, bytes, any: Items.length > 0 };
    const read = walk(partition, undefined, {
      from,
      to: keys.length,
      forward: true,
      room,
      sizeOf: ({ size }) => size,
    });
    Items.push(...read.stored.map((stored) => projected(itemOf(stored) as Item, input)));
    bytes = read.bytes;
    const last = read.stored.at(-1);
    if (last !== undefined) LastEvaluatedKey = lastKey(schema, undefined, name, last);
    if (read.more) {
      const Count = Items.length;
      return {
        output: { Items, Count, ScannedCount: Count, ...(LastEvaluatedKey && { LastEvaluatedKey }) },
        units: readUnits(bytes, ConsistentRead),
      };
    }
  }
  return {
    output: { Items, Count: Items.length, ScannedCount: Items.length },
    units: readUnits(bytes, ConsistentRead),
  };
}

import type { Schema } from './schema';
import type { Stored } from './partition';
import { bytesOf } from './values';

const READ_UNIT = 4096;
const WRITE_UNIT = 1024;

/** Units of reading so many bytes at once; an answer without items counts as one. */
export const readUnits = (bytes: number, consistent: boolean): number =>
  Math.max(1, Math.ceil(bytes / READ_UNIT)) * (consistent ? 1 : 0.5);

const writeUnits = (bytes: number): number => Math.max(1, Math.ceil(bytes / WRITE_UNIT));

/** Bytes of an item's entry in an index that holds keys only. */
export function keysSize(
  { partitionKey, sortKey, indexes }: Schema,
  partition: string,
  item: Stored,
): number {
  const names = [partitionKey, sortKey ?? ''].reduce((sum, name) => sum + bytesOf(name), 0);
  const places = item.places.reduce(
    (sum, place, index) =>
      sum + (place === undefined ? 0 : bytesOf(indexes[index]?.sortKey ?? '') + bytesOf(place)),
    0,
  );
  return names + bytesOf(partition) + bytesOf(item.sort) + places;
}

/**
 * Units of writing one item: the table's, and each index's whose entry changes: one write for an entry that comes,
 * goes or stays at its place, two for one that moves.
 */
export function unitsOfWrite(
  schema: Schema,
  partition: string,
  before: Stored | undefined,
  after: Stored | undefined,
): number {
  const larger = Math.max(before?.size ?? 0, after?.size ?? 0);
  const inIndexes = schema.indexes.map(({ all }, index) => {
    const entry = (item: Stored | undefined) =>
      item?.places[index] === undefined ? undefined : all ? item.size : keysSize(schema, partition, item);
    const [was, is] = [entry(before), entry(after)];
    if (was === undefined && is === undefined) return 0;
    const moves = was !== undefined && is !== undefined && before?.places[index] !== after?.places[index];
    if (moves) return writeUnits(was) + writeUnits(is);
    const same = was !== undefined && was === is && before?.text === after?.text;
    return same ? 0 : writeUnits(Math.max(was ?? 0, is ?? 0));
  });
  return inIndexes.reduce((sum, units) => sum + units, writeUnits(larger));
}

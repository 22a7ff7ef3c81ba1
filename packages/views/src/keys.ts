import { millionths } from '@hindsight/bitemporal';

/** Twelve digits: text order is number order. */
export const pad = (number: number): string => String(number).padStart(12, '0');

/** Parts of the catalogue, so that no partition of the table takes all writes. A stored contract. */
export const SHARDS = 8;

/** The part of the catalogue that has a product: FNV-1a over its UTF-8 bytes. */
export function shardOf(productId: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(productId)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash % SHARDS;
}

/** Sums of quantities stay far below this many units. */
const OFFSET = 10n ** 30n;
const DIGITS = 31;

/** A decimal as text whose order is that of numbers. */
export const sortable = (decimal: string): string =>
  (OFFSET + millionths(decimal)).toString().padStart(DIGITS, '0');

/** The order of a table's keys: by bytes of UTF-8, which is not the order of JavaScript's strings. */
export const compareKeys = (a: string, b: string): number =>
  a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b));

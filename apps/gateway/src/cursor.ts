import { createHash } from 'node:crypto';
import { malformed } from './problems';

/** The format of cursors; raised when it changes, so that older ones are refused rather than misread. */
const FORMAT = 1;

/** What a page was asked for, without `limit`, which may change on the way. */
export type PageQuery = Readonly<Record<string, unknown>>;

const sealOf = (query: PageQuery, after: string): string =>
  createHash('sha256')
    .update(JSON.stringify([FORMAT, query, after]))
    .digest('base64url')
    .slice(0, 16);

/** @param after the position from which the reader goes on */
export function cursorFor(query: PageQuery, after: string): string {
  return Buffer.from(JSON.stringify({ v: FORMAT, after, seal: sealOf(query, after) })).toString('base64url');
}

export function invalidCursor(): Error {
  const message =
    'is not one of this query: pass it unchanged, with the same parameters as the page that it came from';
  return malformed([{ path: 'cursor', message }]);
}

/**
 * The position that a cursor stands for.
 * The seal tells cursors of other queries and damaged ones; it is a checksum and keeps no secret: a position
 * names a place in a log that its holder may read anyway.
 * @throws Problem malformed-request
 */
export function positionIn(query: PageQuery, cursor: string): string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    throw invalidCursor();
  }
  const { v, after, seal } = (parsed ?? {}) as Record<string, unknown>;
  if (v !== FORMAT || typeof after !== 'string' || seal !== sealOf(query, after)) throw invalidCursor();
  return after;
}

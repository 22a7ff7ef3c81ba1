import { createHash } from 'node:crypto';
import { malformed } from './problems';

/**
 * The version of the cursor format. Increment it with every change, so that old cursors are refused, not
 * misread.
 */
const FORMAT = 1;

/** The query of a page, without `limit`, which may change between pages. */
export type PageQuery = Readonly<Record<string, unknown>>;

const sealOf = (query: PageQuery, after: string): string =>
  createHash('sha256')
    .update(JSON.stringify([FORMAT, query, after]))
    .digest('base64url')
    .slice(0, 16);

/** @param after the position from which the reader continues */
export function cursorFor(query: PageQuery, after: string): string {
  return Buffer.from(JSON.stringify({ v: FORMAT, after, seal: sealOf(query, after) })).toString('base64url');
}

export function invalidCursor(): Error {
  const message =
    'is not one of this query: pass it unchanged, with the same parameters as the page that it came from';
  return malformed([{ path: 'cursor', message }]);
}

/** What a cursor keeps, if there is one and it was made of JSON. @throws Problem malformed-request */
export function keptIn(query: PageQuery, cursor: string | undefined): unknown {
  if (cursor === undefined) return undefined;
  const text = positionIn(query, cursor);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw invalidCursor();
  }
}

/**
 * Decodes the position in a cursor. The checksum detects damaged cursors and cursors of other queries. It is
 * not a secret: a position only points into a log that the client may read anyway.
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

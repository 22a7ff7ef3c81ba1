import type { Request, Response } from 'express';
import { cursorFor, invalidCursor, type PageQuery } from './cursor';
import { sendTagged } from './tagged';

/** Where a list goes on. */
interface Next {
  /** The path of the list. */
  readonly path: string;
  readonly pageQuery: PageQuery;
  /** The position after which the next page begins; undefined: this is the last page. */
  readonly next: string | undefined;
}

/**
 * Sets `Link` to the next page: the same URL with another cursor.
 * @returns the cursor; null on the last page
 */
export function linkNext(
  request: Request,
  response: Response,
  { path, pageQuery, next }: Next,
): string | null {
  if (next === undefined) return null;
  const cursor = cursorFor(pageQuery, next);
  const query = new URL(request.originalUrl, 'http://gateway').searchParams;
  query.set('cursor', cursor);
  response.set('Link', `<${path}?${query.toString()}>; rel="next"`);
  return cursor;
}

interface Page extends Next {
  readonly cacheControl: string;
  readonly body: object;
  /** Instead of the body, for a client that prefers it. */
  readonly csv?: string;
}

/** Sends one page, with the cursor of the next one. */
export function sendPage(
  request: Request,
  response: Response,
  { cacheControl, body, csv, ...rest }: Page,
): void {
  const nextCursor = linkNext(request, response, rest);
  response.set('Cache-Control', cacheControl);
  if (csv !== undefined) return sendTagged(request, response, { type: 'text/csv', text: csv });
  sendTagged(request, response, { type: 'application/json', text: JSON.stringify({ ...body, nextCursor }) });
}

/** Reads a page. A position that the reader can't use can only come from a forged cursor. */
export async function reading<T>(cursor: string | undefined, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    const name = error instanceof Error ? error.name : '';
    if (cursor !== undefined && ['InvalidPosition', 'ValidationException'].includes(name))
      throw invalidCursor();
    throw error;
  }
}

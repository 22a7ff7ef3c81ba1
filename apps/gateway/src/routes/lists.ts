import type { EventPage, TimelinePage } from '@hindsight/event-log';
import type { Request, Response } from 'express';
import { cursorFor, invalidCursor, positionIn, type PageQuery } from '../cursor';
import { pathOf, productIdOf, REVALIDATE, type Context, type Route } from '../http';
import { Query } from '../query';
import { missing } from './state';

const PAGING = ['direction', 'limit', 'cursor', 'from', 'to'];

/** Where a page begins and ends; what a reader takes, and what a cursor is good for. */
function pagingOf(query: Query, { settings }: Context) {
  const direction = query.oneOf('direction', ['forward', 'backward']) ?? 'forward';
  const limit = query.integer('limit', 1, settings.largestPage) ?? settings.defaultPage;
  const cursor = query.one('cursor');
  const from = query.time('from');
  const to = query.time('to');
  if (from !== undefined && to !== undefined && from >= to) query.refuse('to', 'must be later than from');
  const span = { direction, ...(from !== undefined && { from }), ...(to !== undefined && { to }) } as const;
  return { span, limit, cursor };
}

/** A position that the reader cannot use can only come from a cursor that somebody made up. */
async function reading<T>(cursor: string | undefined, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    const name = error instanceof Error ? error.name : '';
    if (cursor !== undefined && ['InvalidPosition', 'ValidationException'].includes(name))
      throw invalidCursor();
    throw error;
  }
}

/** Why a reader found nothing: the product is not there, or the version asked for is not. */
async function notThere(productId: string, version: number | undefined, { log }: Context): Promise<Error> {
  const headVersion = version === undefined ? 0 : await log.headVersion(productId);
  return missing(
    productId,
    headVersion === 0
      ? { found: false, why: 'product-not-found' }
      : { found: false, why: 'version-not-found', headVersion },
  );
}

/** The same address with a cursor for the next page. */
function nextAddress(request: Request, path: string, cursor: string): string {
  const query = new URL(request.originalUrl, 'http://gateway').searchParams;
  query.set('cursor', cursor);
  return `${path}?${query.toString()}`;
}

interface Asked {
  readonly productId: string;
  readonly resource: 'events' | 'timeline';
  readonly pageQuery: PageQuery;
}

function answer(request: Request, response: Response, asked: Asked, page: EventPage | TimelinePage): void {
  const { productId, resource, pageQuery } = asked;
  const { next, ...items } = page;
  const nextCursor = next === undefined ? null : cursorFor(pageQuery, next);
  if (nextCursor !== null) {
    response.set('Link', `<${nextAddress(request, pathOf(productId, resource), nextCursor)}>; rel="next"`);
  }
  response.set('Cache-Control', REVALIDATE).json({ productId, ...items, nextCursor });
}

/** GET /products/:productId/events */
export function eventsRoute(context: Context): Route {
  const { log, eventTypes } = context;
  return {
    method: 'get',
    path: '/products/:productId/events',
    scope: 'state:read',
    async handle(request, response) {
      const productId = productIdOf(request);
      const query = new Query(request.originalUrl, ['order', ...PAGING, 'type', 'knownAt', 'version']);
      const order = query.oneOf('order', ['recorded', 'effective']) ?? 'recorded';
      const { span, limit, cursor } = pagingOf(query, context);
      const types = query.list('type', eventTypes);
      const known = query.known();
      if (order === 'recorded') {
        for (const name of Object.keys(known)) query.refuse(name, 'needs order=effective');
      }
      query.done();
      const pageQuery = { resource: 'events', productId, order, ...span, types, ...known };
      const after = cursor === undefined ? undefined : positionIn(pageQuery, cursor);
      const options = { ...span, limit, ...(after !== undefined && { after }), ...(types && { types }) };
      const page = await reading(cursor, () =>
        order === 'recorded'
          ? log.readRecorded(productId, options)
          : log.readEffective(productId, { ...options, ...known }),
      );
      if (page === undefined) throw await notThere(productId, known.version, context);
      answer(request, response, { productId, resource: 'events', pageQuery }, page);
    },
  };
}

/** GET /products/:productId/timeline */
export function timelineRoute(context: Context): Route {
  const { log } = context;
  return {
    method: 'get',
    path: '/products/:productId/timeline',
    scope: 'state:read',
    async handle(request, response) {
      const productId = productIdOf(request);
      const query = new Query(request.originalUrl, [...PAGING, 'knownAt', 'version']);
      const { span, limit, cursor } = pagingOf(query, context);
      const known = query.known();
      query.done();
      const pageQuery = { resource: 'timeline', productId, ...span, ...known };
      const after = cursor === undefined ? undefined : positionIn(pageQuery, cursor);
      const page = await reading(cursor, () =>
        log.timeline(productId, { ...span, limit, ...(after !== undefined && { after }), ...known }),
      );
      if (page === undefined) throw await notThere(productId, known.version, context);
      answer(request, response, { productId, resource: 'timeline', pageQuery }, page);
    },
  };
}

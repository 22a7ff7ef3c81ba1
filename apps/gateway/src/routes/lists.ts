import type { EventPage, TimelinePage } from '@hindsight/workflow';
import type { Request, Response } from 'express';
import type { z } from 'zod';
import { positionIn, type PageQuery } from '../cursor';
import { JSON_ONLY, pathOf, productIdOf, REVALIDATE, SETTLED, type Context, type Route } from '../http';
import { eventsQuery, listRules, timelineQuery } from '@hindsight/api';
import { reading, sendPage } from '../page';
import { readQuery } from '../query';
import { isSettledKnowledge } from '../settled';
import { hintOf } from './hints';
import { missing } from './state';

/** The bounds of a page and what was known; the options of a reader, and the scope of a cursor. */
function askedOf(query: z.output<ReturnType<typeof timelineQuery>>) {
  const { direction, limit, cursor, from, to, knownAt, version } = query;
  const span = { direction, ...(from !== undefined && { from }), ...(to !== undefined && { to }) } as const;
  const known = { ...(knownAt !== undefined && { knownAt }), ...(version !== undefined && { version }) };
  return { span, limit, cursor, known };
}

/** Why a reader found nothing: either the product does not exist, or the requested version does not. */
async function notThere(productId: string, version: number | undefined, { log }: Context): Promise<Error> {
  const headVersion = version === undefined ? 0 : await log.headVersion(productId);
  return missing(
    productId,
    headVersion === 0
      ? { found: false, why: 'product-not-found' }
      : { found: false, why: 'version-not-found', headVersion },
  );
}

interface Asked {
  readonly productId: string;
  readonly resource: 'events' | 'timeline';
  readonly pageQuery: PageQuery;
  /** Whether the page is final, so that no future event can change it. */
  readonly settled: boolean;
}

/** Whether a page is the first and only one, and has nothing on it. */
const isEmpty = (page: EventPage | TimelinePage, cursor: string | undefined): boolean =>
  cursor === undefined &&
  page.next === undefined &&
  ('events' in page ? page.events : page.entries).length === 0;

function answer(
  request: Request,
  response: Response,
  asked: Asked,
  { next, ...items }: (EventPage | TimelinePage) & { readonly hint?: string },
): void {
  const { productId, resource, pageQuery, settled } = asked;
  sendPage(request, response, {
    ...{ path: pathOf(productId, resource), pageQuery, next },
    cacheControl: settled ? SETTLED : REVALIDATE,
    body: { productId, settled, ...items },
  });
}

/** GET /products/:productId/events */
export function eventsRoute(context: Context): Route {
  const { log, eventTypes, settings } = context;
  const schema = eventsQuery(settings, eventTypes);
  return {
    method: 'get',
    path: '/products/:productId/events',
    produces: JSON_ONLY,
    scope: 'state:read',
    async handle(request, response) {
      const productId = productIdOf(request);
      const query = readQuery(request.originalUrl, schema, { rules: listRules, ...settings });
      const { order, type: types } = query;
      const { span, limit, cursor, known } = askedOf(query);
      const pageQuery = { resource: 'events', productId, order, ...span, types, ...known };
      const after = cursor === undefined ? undefined : positionIn(pageQuery, cursor);
      const options = { ...span, limit, ...(after !== undefined && { after }), ...(types && { types }) };
      const ends = order === 'recorded' ? { ...(span.to !== undefined && { knownAt: span.to }) } : known;
      const isFinal = await isSettledKnowledge(ends, context);
      const page = await reading(cursor, () =>
        order === 'recorded'
          ? log.readRecorded(productId, options)
          : log.readEffective(productId, { ...options, ...known }),
      );
      if (page === undefined) throw await notThere(productId, known.version, context);
      const looked = { productId, order, span, known, types };
      const empty = isEmpty(page, cursor);
      const hint = empty ? await hintOf(log, looked) : undefined;
      // The hint on an empty page depends on the other axis, which isn't settled.
      const asked = { productId, resource: 'events', pageQuery, settled: !empty && isFinal } as const;
      answer(request, response, asked, { ...page, ...(hint !== undefined && { hint }) });
    },
  };
}

/** GET /products/:productId/timeline */
export function timelineRoute(context: Context): Route {
  const { log, settings } = context;
  const schema = timelineQuery(settings);
  return {
    method: 'get',
    path: '/products/:productId/timeline',
    produces: JSON_ONLY,
    scope: 'state:read',
    async handle(request, response) {
      const productId = productIdOf(request);
      const { span, limit, cursor, known } = askedOf(
        readQuery(request.originalUrl, schema, { rules: listRules, ...settings }),
      );
      const pageQuery = { resource: 'timeline', productId, ...span, ...known };
      const after = cursor === undefined ? undefined : positionIn(pageQuery, cursor);
      const isFinal = await isSettledKnowledge(known, context);
      const page = await reading(cursor, () =>
        log.timeline(productId, { ...span, limit, ...(after !== undefined && { after }), ...known }),
      );
      if (page === undefined) throw await notThere(productId, known.version, context);
      const looked = { productId, order: 'effective', span, known } as const;
      const empty = isEmpty(page, cursor);
      const hint = empty ? await hintOf(log, looked) : undefined;
      const asked = { productId, resource: 'timeline', pageQuery, settled: !empty && isFinal } as const;
      answer(request, response, asked, { ...page, ...(hint !== undefined && { hint }) });
    },
  };
}

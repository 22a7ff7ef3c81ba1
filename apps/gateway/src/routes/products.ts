import { setTimeout as delay } from 'node:timers/promises';
import { productsQuery } from '@hindsight/api';
import type { ViewsReader } from '@hindsight/views';
import { cursorFor, positionIn } from '../cursor';
import { JSON_ONLY, nextAddress, REVALIDATE, type Context, type Route } from '../http';
import { Problem } from '../problems';
import { readQuery } from '../query';
import { sendTagged } from '../tagged';

const LOOK_MS = 25;

/**
 * Waits until the catalogue shows a version.
 * @throws Problem views-behind
 */
async function untilShown(
  views: ViewsReader,
  { productId, version }: { readonly productId: string; readonly version: number },
  longestMs: number,
): Promise<void> {
  const deadline = performance.now() + longestMs;
  while (!(await views.shows(productId, version))) {
    if (performance.now() >= deadline) {
      const detail = `version ${version} of product ${productId} is not indexed yet`;
      throw new Problem('views-behind', detail, { headers: { 'Retry-After': '1' } });
    }
    await delay(LOOK_MS);
  }
}

/** GET /products */
export function productsRoute({ views, settings }: Context): Route {
  const schema = productsQuery(settings);
  return {
    method: 'get',
    path: '/products',
    produces: JSON_ONLY,
    scope: 'state:read',
    async handle(request, response) {
      const { cursor, limit, atLeast, status, ...filter } = readQuery(request.originalUrl, schema);
      const pageQuery = { resource: 'products', ...filter, status };
      const after = cursor === undefined ? undefined : positionIn(pageQuery, cursor);
      if (atLeast !== undefined) await untilShown(views, atLeast, settings.longestIndexing);
      const { prefix, name, below, above, sort } = filter;
      const { products, next } = await views.products({
        ...{ sort, limit },
        ...(prefix !== undefined && { prefix }),
        ...(name !== undefined && { name }),
        ...(below !== undefined && { below }),
        ...(above !== undefined && { above }),
        ...(status !== undefined && { statuses: status as ('available' | 'low' | 'outOfStock')[] }),
        ...(after !== undefined && { after }),
      });
      const nextCursor = next === undefined ? null : cursorFor(pageQuery, next);
      if (nextCursor !== null)
        response.set('Link', `<${nextAddress(request, '/products', nextCursor)}>; rel="next"`);
      response.set('Cache-Control', REVALIDATE);
      const text = JSON.stringify({ products, nextCursor });
      sendTagged(request, response, { type: 'application/json', text });
    },
  };
}

import { setTimeout as delay } from 'node:timers/promises';
import { productsQuery } from '@hindsight/api';
import type { ViewsReader } from '@hindsight/views';
import { clientOf } from '../client';
import { positionIn } from '../cursor';
import { FairQueue } from '../fair-queue';
import { JSON_ONLY, REVALIDATE, type Context, type Route } from '../http';
import { sendPage } from '../page';
import { Problem } from '../problems';
import { readQuery } from '../query';

/** Each look reads once. */
const [FIRST_LOOK_MS, LAST_LOOK_MS] = [25, 200];

/** Requests that wait for the views at once. */
const WAITS = 64;

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
  for (let wait = FIRST_LOOK_MS; !(await views.shows(productId, version));) {
    if (performance.now() >= deadline) {
      const detail = `version ${version} of product ${productId} is not indexed yet`;
      throw new Problem('views-behind', detail, { headers: { 'Retry-After': '1' } });
    }
    await delay(wait);
    wait = Math.min(1.5 * wait, LAST_LOOK_MS);
  }
}

/** GET /products */
export function productsRoute({ views, settings, pages }: Context): Route {
  const schema = productsQuery(settings);
  // Requests that wait for the views delay no others.
  const waits = new FairQueue({
    ...{ atOnce: WAITS, perClient: WAITS / 2, waiting: 4 * WAITS, waitingPerClient: 2 * WAITS },
    longestWaitMs: settings.longestWait,
  });
  return {
    method: 'get',
    path: '/products',
    produces: JSON_ONLY,
    scope: 'state:read',
    async handle(request, response) {
      const { cursor, limit, atLeast, status, ...filter } = readQuery(request.originalUrl, schema);
      const pageQuery = { resource: 'products', ...filter, status };
      const after = cursor === undefined ? undefined : positionIn(pageQuery, cursor);
      if (atLeast !== undefined)
        await waits.run(clientOf(request), () => untilShown(views, atLeast, settings.longestIndexing));
      const { prefix, name, below, above, sort } = filter;
      const read = () =>
        views.products({
          ...{ sort, limit },
          ...(prefix !== undefined && { prefix }),
          ...(name !== undefined && { name }),
          ...(below !== undefined && { below }),
          ...(above !== undefined && { above }),
          ...(status !== undefined && { statuses: status as ('available' | 'low' | 'outOfStock')[] }),
          ...(after !== undefined && { after }),
        });
      const { products, next } = await pages.read(request, read);
      const page = { path: '/products', pageQuery, next, cacheControl: REVALIDATE, body: { products } };
      sendPage(request, response, page);
    },
  };
}

import { clientOf } from '../client';
import { productIdOf, type Context, type Route } from '../http';
import { tailQuery } from '@hindsight/api';
import { readQuery } from '../query';
import { missing } from '../routes/state';
import { positionOf } from './position';
import type { Tail, Tails } from './tails';

/** GET /products/:productId/events/stream */
export function tailRoute({ log }: Context, tails: Tails): Route {
  return {
    method: 'get',
    path: '/products/:productId/events/stream',
    scope: 'state:read',
    produces: ['text/event-stream'],
    async handle(request, response) {
      const productId = productIdOf(request);
      const query = readQuery(request.originalUrl, tailQuery);
      const asked = positionOf(request, query.after);
      const begin = async (): Promise<Tail> => {
        const head = await log.headVersion(productId);
        if (head === 0) throw missing(productId, { found: false, why: 'product-not-found' });
        // A client ahead of the log followed another log, or this log before it was restored from a backup.
        if (asked !== undefined && asked.version > head)
          throw missing(productId, { found: false, why: 'version-not-found', headVersion: head });
        const position = asked ?? { version: head, whole: true };
        return { productId, position, head, adjustments: query.adjustments };
      };
      if (request.method === 'HEAD') {
        await begin();
        response.status(200).type('text/event-stream').set('Cache-Control', 'no-store, no-transform').end();
        return;
      }
      await tails.run(response, clientOf(request), begin);
    },
  };
}

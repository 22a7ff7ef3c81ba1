import { feedQuery } from '@hindsight/api';
import { refuseBeyondEnd } from '../feed-end';
import { JSON_ONLY, type Context, type Route } from '../http';
import { readQuery } from '../query';

/** GET /events */
export function feedRoute({ views, settings, eventTypes }: Context): Route {
  const schema = feedQuery(settings, eventTypes);
  return {
    method: 'get',
    path: '/events',
    produces: JSON_ONLY,
    scope: 'state:read',
    async handle(request, response) {
      const { cursor, limit, type: types } = readQuery(request.originalUrl, schema);
      const { entries, next, hasMore } = await views.events({
        limit,
        ...(cursor !== undefined && { after: cursor }),
        ...(types && { types }),
      });
      if (cursor !== undefined && entries.length === 0 && !hasMore) await refuseBeyondEnd(views, cursor);
      // The end of the feed moves: the same request may find more the next time.
      response.set('Cache-Control', 'no-store').json({ entries, nextCursor: next, hasMore });
    },
  };
}

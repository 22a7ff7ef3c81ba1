import { feedStreamQuery } from '@hindsight/api';
import type { Request } from 'express';
import { clientOf } from '../client';
import type { Context, Route } from '../http';
import { refuseBeyondEnd } from '../feed-end';
import { malformed } from '../problems';
import { readQuery } from '../query';
import type { FeedStreams } from './feed-streams';

const POSITION = /^\d{1,12}\.\d{1,12}$/;

/** The header takes precedence because the URL stays the same when a client reconnects. */
function resumedAt(request: Request): string | undefined {
  const header = request.headers['last-event-id'];
  if (header === undefined || header === '') return undefined;
  if (typeof header === 'string' && POSITION.test(header)) return header;
  throw malformed([
    { path: 'Last-Event-ID', message: 'must be the id of a message of this stream, such as 12.3' },
  ]);
}

/** GET /events/stream */
export function feedStreamRoute({ eventTypes, views }: Context, streams: FeedStreams): Route {
  const schema = feedStreamQuery(eventTypes);
  return {
    method: 'get',
    path: '/events/stream',
    scope: 'state:read',
    produces: ['text/event-stream'],
    async handle(request, response) {
      const { cursor, type: types } = readQuery(request.originalUrl, schema);
      const after = resumedAt(request) ?? cursor;
      const begin = async () => {
        if (after !== undefined) await refuseBeyondEnd(views, after);
        return { position: after ?? (await views.feedEnd()), ...(types && { types }) };
      };
      if (request.method === 'HEAD') {
        await begin();
        response.status(200).type('text/event-stream').set('Cache-Control', 'no-store, no-transform').end();
        return;
      }
      await streams.run(response, clientOf(request), begin);
    },
  };
}

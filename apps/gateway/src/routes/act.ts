import type { Request } from 'express';
import { JSON_ONLY, type Context, type Route } from '../http';
import { malformed } from '../problems';
import { optionsOf, respond } from './append';

const PRECONDITIONS = ['If-Match', 'If-None-Match'];

/**
 * A tag is the version of one product, so it can't say what several must be.
 * @throws Problem malformed-request
 */
function refusePreconditions({ headers }: Request): void {
  const sent = PRECONDITIONS.filter((name) => headers[name.toLowerCase()] !== undefined);
  if (sent.length === 0) return;
  const message = 'is the version of one product, and this address takes events of several';
  throw malformed(sent.map((path) => ({ path, message })));
}

/** POST /events: events of several products in one act, all of them stored or none. */
export function actRoute(context: Context): Route {
  return {
    method: 'post',
    path: '/events',
    produces: JSON_ONLY,
    scope: 'events:write',
    async handle(request, response) {
      refusePreconditions(request);
      const options = await optionsOf(request, response, context);
      await respond({ act: true, ...options }, request, response, context);
    },
  };
}

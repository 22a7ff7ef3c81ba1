import { JSON_ONLY, type Context, type Route } from '../http';
import { problemOf } from '../failures';
import { Problem } from '../problems';
import { resultBody } from '../results';

/** Matches valid execution names; others are not looked up. */
const NAME = /^[A-Za-z0-9_-]{1,80}$/;

/**
 * GET /executions/:name: the status of a background append, and finally the response that it would have
 * returned.
 */
export function executionRoute({ appender }: Context): Route {
  return {
    method: 'get',
    path: '/executions/:name',
    produces: JSON_ONLY,
    scope: 'state:read',
    async handle(request, response) {
      const execution = String(request.params['name']);
      const found = NAME.test(execution) ? await appender.background?.find(execution) : undefined;
      if (found === undefined) throw new Problem('execution-not-found', 'there is no execution of this name');
      response.set('Cache-Control', 'no-store');
      if (found === 'running') {
        response.set('Retry-After', '1').json({ execution, status: 'running' });
      } else if (found.ok) {
        if (found.result.deduplicated) response.set('Idempotent-Replayed', 'true');
        response.json({ execution, status: 'succeeded', result: resultBody(found.result) });
      } else {
        response.locals['failure'] = found.failure.error;
        response.json({ execution, status: 'failed', problem: problemOf(found.failure, true) });
      }
    },
  };
}

import type { Moment, StateAnswer } from '@hindsight/event-log';
import { stateTag } from '../etag';
import { productIdOf, REVALIDATE, SETTLED, type Context, type Route } from '../http';
import { noneMatchHolds } from '../preconditions';
import { Problem } from '../problems';
import { oneOfKnown, stateQuery } from '../openapi/parameters';
import { readQuery } from '../query';

type Missing = Extract<StateAnswer, { found: false }>;

/** 404: no such product, no such version, or nothing counts yet. */
export function missing(productId: string, answer: Missing): Problem {
  switch (answer.why) {
    case 'product-not-found':
      return new Problem(answer.why, `nothing is recorded for product ${productId}`);
    case 'version-not-found':
      return new Problem(answer.why, `product ${productId} ends at version ${answer.headVersion}`, {
        members: { headVersion: answer.headVersion },
      });
    case 'no-state-at-time': {
      const { firstEffectiveAt, firstRecordedAt } = answer;
      const first =
        firstEffectiveAt === null
          ? 'none of its events counts'
          : `its first event took effect at ${firstEffectiveAt}`;
      return new Problem(
        answer.why,
        `product ${productId} has no state at that moment: ${first}, and was recorded at ${firstRecordedAt}`,
        {
          members: { firstEffectiveAt, firstRecordedAt },
        },
      );
    }
  }
}

/** Nothing that is still to come can change the answer: both axes are pinned, the recorded one in a settled past. */
export function isSettled({ asOf, knownAt, version }: Moment, { clock, settings }: Context): boolean {
  if (asOf === undefined) return false;
  if (version !== undefined) return true;
  return knownAt !== undefined && Date.parse(knownAt) < clock().getTime() - settings.settledAfter;
}

/** GET /products/:productId/state */
export function stateRoute(context: Context): Route {
  return {
    method: 'get',
    path: '/products/:productId/state',
    scope: 'state:read',
    async handle(request, response) {
      const productId = productIdOf(request);
      const moment = readQuery(request.originalUrl, stateQuery, oneOfKnown) as Moment;
      const answer = await context.log.stateAt(productId, moment);
      if (!answer.found) throw missing(productId, answer);
      const tag = stateTag(answer);
      response.set({ ETag: tag, 'Cache-Control': isSettled(moment, context) ? SETTLED : REVALIDATE });
      const { found: _, ...state } = answer;
      if (noneMatchHolds(request, tag)) response.status(304).end();
      else response.json(state);
    },
  };
}

import type { Moment } from '@hindsight/event-log';
import type { StateAnswer } from '@hindsight/workflow';
import { stateTag } from '../etag';
import { JSON_ONLY, productIdOf, REVALIDATE, SETTLED, type Context, type Route } from '../http';
import { askedByHeader, mementoHeaders } from '../memento';
import { noneMatchHolds } from '../preconditions';
import { Problem } from '../problems';
import { oneOfKnown, stateQuery } from '@hindsight/api';
import { readQuery } from '../query';
import { isSettledKnowledge } from '../settled';

type Missing = Extract<StateAnswer, { found: false }>;

/** 404: unknown product, unknown version, or no effective event yet. */
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

/** GET /products/:productId/state */
export function stateRoute(context: Context): Route {
  const { timeZone } = context.settings;
  return {
    method: 'get',
    path: '/products/:productId/state',
    scope: 'state:read',
    produces: JSON_ONLY,
    async handle(request, response) {
      const productId = productIdOf(request);
      const query = readQuery(request.originalUrl, stateQuery, { rules: oneOfKnown, timeZone });
      const moment = { ...query, ...askedByHeader(request, query.asOf) } as Moment;
      // Does not vary by Accept-Encoding: a response with a strong tag is never compressed.
      response.vary('Accept-Datetime');
      const settled = await isSettledKnowledge(moment, context);
      const answer = await context.log.stateAt(productId, moment);
      if (!answer.found) throw missing(productId, answer);
      const tag = stateTag(answer);
      // Future events can't change a response both of whose times are given.
      const isFinal = settled && moment.asOf !== undefined;
      response.set({ ETag: tag, 'Cache-Control': isFinal ? SETTLED : REVALIDATE });
      response.set(mementoHeaders(productId, moment, query.asOf === undefined));
      const { found: _, productId: id, asOf, knownAt, ...rest } = answer;
      const state = { productId: id, asOf, knownAt, settled, ...rest };
      if (noneMatchHolds(request, tag)) response.status(304).end();
      else response.json(state);
    },
  };
}

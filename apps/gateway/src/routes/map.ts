import { mapQuery, mapRules } from '@hindsight/api';
import type { StateAnswer } from '@hindsight/workflow';
import { JSON_ONLY, productIdOf, REVALIDATE, SETTLED, type Context, type Route } from '../http';
import { readQuery } from '../query';
import { isSettledKnowledge } from '../settled';
import { sendTagged } from '../tagged';
import { missing } from './state';

interface Span {
  readonly from: string;
  readonly to: string;
}

/** Evenly spaced times, the ends among them. */
function timesIn({ from, to }: Span, count: number): string[] {
  const [first, last] = [Date.parse(from), Date.parse(to)];
  if (count === 1 || first >= last) return [from];
  return Array.from({ length: count }, (_, index) =>
    new Date(Math.round(first + ((last - first) * index) / (count - 1))).toISOString(),
  );
}

type NoState = Extract<StateAnswer, { found: false }>;

const NO_PRODUCT: NoState = { found: false, why: 'product-not-found' };

/** When the first event takes effect, and when the first one was recorded. */
async function beginningOf({ log }: Context, productId: string): Promise<NoState | Span> {
  // Nothing was there then, and the answer says when something was.
  const answer = await log.stateAt(productId, { asOf: '0000-01-01T00:00:00.000Z' });
  if (answer.found) return { from: answer.lastEvent.effectiveAt, to: answer.lastEvent.effectiveAt };
  if (answer.why !== 'no-state-at-time') return NO_PRODUCT;
  if (answer.firstEffectiveAt === null) return answer;
  return { from: answer.firstEffectiveAt, to: answer.firstRecordedAt };
}

/** GET /products/:productId/map */
export function mapRoute(context: Context): Route {
  const { log, settings, clock } = context;
  const { timeZone } = settings;
  return {
    method: 'get',
    path: '/products/:productId/map',
    produces: JSON_ONLY,
    scope: 'state:read',
    async handle(request, response) {
      const productId = productIdOf(request);
      const query = readQuery(request.originalUrl, mapQuery, { rules: mapRules, timeZone });
      const { from, to, knownFrom, knownTo, columns, rows } = query;
      const now = clock().toISOString();
      const first =
        from !== undefined && knownFrom !== undefined
          ? { from, to: knownFrom }
          : await beginningOf(context, productId);
      if ('found' in first) throw missing(productId, first);
      const asOf = timesIn({ from: from ?? first.from, to: to ?? now }, columns);
      const knownAt = timesIn({ from: knownFrom ?? first.to, to: knownTo ?? now }, rows);
      const last = knownTo === undefined ? {} : { knownAt: knownTo };
      const isSettled = await isSettledKnowledge(last, context);
      const grid = await log.grid(productId, { asOf, knownAt });
      if (grid === undefined) throw missing(productId, NO_PRODUCT);
      const quantities = grid.rows.map((row) => row.map((state) => state?.quantity ?? null));
      const isFinal = from !== undefined && to !== undefined && knownFrom !== undefined;
      response.set('Cache-Control', isFinal && isSettled ? SETTLED : REVALIDATE);
      const text = JSON.stringify({
        ...{ productId, asOf, knownAt, settled: isSettled, quantities },
        requests: grid.requests,
      });
      sendTagged(request, response, { type: 'application/json', text });
    },
  };
}

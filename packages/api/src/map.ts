import { z } from 'zod';
import type { ZodOpenApiOperationObject } from 'zod-openapi';
import type { OperationContext } from './context';
import * as parameters from './parameters';
import { GUARDED } from './problem-schemas';
import { json, kept, unchanged } from './responses';
import { time as timeParameter, tz } from './times';
import { decimal, productId, settledPage, time } from './values';

/** Of each axis. */
const MOST = 100;
const DEFAULT = 50;

const count = (what: string) =>
  parameters
    .integer(1, MOST)
    .default(DEFAULT)
    .meta({ description: `How many ${what}. Default: \`${DEFAULT}\`.` });

export const mapQuery = z.object({
  from: timeParameter('The first effective time. Absent: when the first event takes effect.', 'first'),
  to: timeParameter('The last effective time, inclusive. Absent: now.', 'last'),
  knownFrom: timeParameter('The first recorded time. Absent: when the first event was recorded.', 'first'),
  knownTo: timeParameter('The last recorded time, inclusive. Absent: now.', 'last'),
  columns: count('effective times'),
  rows: count('recorded times'),
  tz,
});

type MapQuery = Partial<z.output<typeof mapQuery>>;

/** An axis may be a single moment. */
export function mapRules({ from, to, knownFrom, knownTo }: MapQuery, refuse: parameters.Refuse): void {
  if (from !== undefined && to !== undefined && from > to) refuse('to', 'must not be earlier than from');
  if (knownFrom !== undefined && knownTo !== undefined && knownFrom > knownTo)
    refuse('knownTo', 'must not be earlier than knownFrom');
}

const map = z
  .strictObject({
    productId,
    asOf: z.array(time).meta({ description: 'The effective time of each column, ascending.' }),
    knownAt: z.array(time).meta({ description: 'The recorded time of each row, ascending.' }),
    settled: settledPage,
    quantities: z.array(z.array(decimal.nullable())).meta({
      description: 'A row for each recorded time, a quantity for each effective time; null: nothing there.',
    }),
    requests: z.int().min(0).meta({ description: 'How many requests to the storage it took.' }),
  })
  .meta({ id: 'Map' });

/** GET /products/{productId}/map */
export function mapOperation(context: OperationContext): ZodOpenApiOperationObject {
  const { examples, problems, needs } = context;
  return {
    ...needs('state:read'),
    operationId: 'getMap',
    summary: 'Get the quantities over both time axes',
    description: `The quantity at every pair of an effective time and a recorded time: a grid of at most ${MOST} by ${MOST}, evenly spaced. For pictures of long histories; each cell is what \`state\` answers.`,
    requestParams: {
      path: parameters.productPath,
      query: mapQuery,
      header: parameters.conditionalHeaders,
    },
    responses: {
      '200': json('The map.', { schema: map, example: examples.map, headers: z.object(kept) }),
      '304': unchanged(z.object(kept)),
      ...problems(
        ...GUARDED,
        'malformed-request',
        'not-acceptable',
        'product-not-found',
        'no-state-at-time',
        'overloaded',
        'code-too-old',
        'unavailable',
        'internal-error',
      ),
    },
  };
}

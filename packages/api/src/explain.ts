import { z } from 'zod';
import type { ZodOpenApiOperationObject, ZodOpenApiResponseObject } from 'zod-openapi';
import type { OperationContext } from './context';
import { latenessReport } from './explain-schemas';
import * as parameters from './parameters';
import { GUARDED } from './problem-schemas';
import { pageHeaders, pageOf } from './reads';
import { isSettled, json, kept, unchanged } from './responses';
import type { DocumentSettings } from './settings';
import { tz, versionOrTime } from './times';

/** Why a number is what it is: its ledger, and what changed it between two states of knowledge. */

const paging = (settings: DocumentSettings) => {
  const { limit, cursor } = parameters.timelineQuery(settings).shape;
  const format = parameters.oneOf('json', 'csv').optional().meta({
    description: 'The format, instead of `Accept`: for addresses that a browser opens.',
  });
  return { limit, cursor, format };
};

const ledgerHeaders = { ...pageHeaders.shape, 'Hindsight-Settled': isSettled };

/** The same page as CSV, beside the one as JSON. */
function withCsv(responses: ReturnType<typeof pageOf>, example: string): ReturnType<typeof pageOf> {
  const page = responses['200'] as ZodOpenApiResponseObject;
  const content = { ...page.content, 'text/csv': { schema: z.string(), example } };
  return { ...responses, '200': { ...page, content, headers: z.object(ledgerHeaders) } };
}

export const explainQuery = (settings: DocumentSettings) =>
  z.object({ ...parameters.stateQuery.shape, ...paging(settings) });

export const diffQuery = (settings: DocumentSettings) =>
  z.object({
    asOf: parameters.stateQuery.shape.asOf,
    tz,
    from: versionOrTime('What was known before: a version, or a recorded time. Absent: nothing.'),
    to: versionOrTime('What is known after: a version, or a recorded time. Absent: all.'),
    ...paging(settings),
  });

/** GET /products/{productId}/explain */
export function explainOperation(context: OperationContext): ZodOpenApiOperationObject {
  const { settings, answers, examples, needs } = context;
  return {
    ...needs('state:read'),
    operationId: 'explainState',
    summary: 'Explain a quantity: the ledger behind it',
    description:
      'Every event that counts since the last count, with its effect and the balance after it. The first page ends in the quantity of the state; `nextCursor` leads to the lines before. CSV has the same lines, and the next page in `Link`.',
    requestParams: {
      path: parameters.productPath,
      query: explainQuery(settings),
      header: parameters.conditionalHeaders,
    },
    responses: withCsv(
      pageOf(context, answers.explanation, examples.explanation, ['no-state-at-time']),
      'productId,effectiveAt,eventType,eventId,change,balance\r\nlamp,2026-11-17T08:00:00.000Z,productReceived,delivery-7,150,150\r\n',
    ),
  };
}

/** GET /products/{productId}/lateness */
export function latenessOperation({
  examples,
  problems,
  needs,
}: OperationContext): ZodOpenApiOperationObject {
  const headers = z.object(kept);
  return {
    ...needs('state:read'),
    operationId: 'getLateness',
    summary: 'See how late the events of a product come, and how far its numbers moved afterward',
    description:
      'From the history of the product itself: how long to wait until its numbers can be trusted. A month that is closed after three days will move as `moved` says for 3.',
    requestParams: { path: parameters.productPath, header: parameters.conditionalHeaders },
    responses: {
      '200': json('The report.', { schema: latenessReport, example: examples.lateness, headers }),
      '304': unchanged(headers),
      ...problems(
        ...GUARDED,
        'malformed-request',
        'not-acceptable',
        'product-not-found',
        'overloaded',
        'code-too-old',
        'unavailable',
        'internal-error',
      ),
    },
  };
}

/** GET /products/{productId}/diff */
export function diffOperation(context: OperationContext): ZodOpenApiOperationObject {
  const { settings, answers, examples, needs } = context;
  return {
    ...needs('state:read'),
    operationId: 'diffState',
    summary: 'Compare an answer between two states of knowledge',
    description:
      'What changed in the state as of one moment between two states of knowledge: each event recorded between them, with its contribution. The contributions add up to the difference exactly. CSV has the same lines, and the next page in `Link`.',
    requestParams: {
      path: parameters.productPath,
      query: diffQuery(settings),
      header: parameters.conditionalHeaders,
    },
    responses: withCsv(
      pageOf(context, answers.diff, examples.diff),
      'productId,version,eventType,eventId,change\r\nlamp,1,productReceived,delivery-7,150\r\n',
    ),
  };
}

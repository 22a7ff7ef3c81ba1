import { z } from 'zod';
import type { ZodOpenApiOperationObject, ZodOpenApiResponseObject } from 'zod-openapi';
import * as across from './across-parameters';
import type { OperationContext } from './context';
import { conditionalHeaders } from './parameters';
import { GUARDED, READ_FAILURES } from './problem-schemas';
import {
  DIFFERENCE_LINES,
  header,
  isSettled,
  json,
  kept,
  rowFormats,
  STOCK_LINES,
  unchanged,
} from './responses';
import * as schemas from './schemas';

const pageHeaders = z.object({
  ...kept,
  Link: header('The next page, `rel="next"`; absent on the last page.').optional(),
});

/** GET /products */
export function productsOperation(context: OperationContext): ZodOpenApiOperationObject {
  const { settings, examples, problems, needs } = context;
  return {
    ...needs('state:read'),
    operationId: 'listProducts',
    summary: 'List products with their current state',
    description:
      'One row per product. The list follows the log within a second or two; `atLeast` waits for a version. A page can have fewer rows than `limit`, even none, and still have a next one.',
    requestParams: { query: across.productsQuery(settings), header: conditionalHeaders },
    responses: {
      '200': json('One page.', {
        schema: schemas.productPage,
        example: examples.productPage,
        headers: pageHeaders,
      }),
      '304': unchanged(pageHeaders),
      ...problems(...READ_FAILURES, 'views-behind'),
    },
  };
}

const stockHeaders = z.object({
  'Cache-Control': header('`no-cache`: revalidate before each use. `immutable`: never changes.', 'no-cache'),
  Vary: header('`Accept`, and what else the answer depends on.'),
  'Hindsight-As-Of': header('The effective time of the answer.', '2026-11-23T09:30:00.000Z'),
  'Hindsight-Known-At': header('The recorded time of the answer.', '2026-11-23T09:30:00.000Z'),
  'Hindsight-Settled': isSettled,
  'Content-Disposition': header('A name for the file; only of CSV.').optional(),
  Link: header('The next page, `rel="next"`; only of JSON, and absent on the last page.').optional(),
});

/** GET /stock */
export function stockOperation(context: OperationContext): ZodOpenApiOperationObject {
  const { settings, examples, problems, needs } = context;
  return {
    ...needs('state:read'),
    operationId: 'getStock',
    summary: 'Get the stock of all products at a moment, as known at a moment',
    description:
      'Each row is what `GET /products/{productId}/state` answers for the same two times. JSON comes in pages; `application/x-ndjson` and `text/csv` are the whole stock as one stream. In CSV, a text that a spreadsheet would run as a formula has an apostrophe before it.',
    requestParams: { query: across.stockQuery(settings) },
    responses: {
      '200': {
        description: 'The stock.',
        headers: stockHeaders,
        content: rowFormats({ schema: schemas.stockPage, example: examples.stockPage }, STOCK_LINES),
      },
      ...problems(...READ_FAILURES, 'views-behind', 'too-many-streams'),
    },
  };
}

/** GET /stock/diff */
export function stockDiffOperation(context: OperationContext): ZodOpenApiOperationObject {
  const { settings, answers, examples, problems, needs } = context;
  const { 'Hindsight-Known-At': _, ...headers } = stockHeaders.shape;
  return {
    ...needs('state:read'),
    operationId: 'diffStock',
    summary: 'Compare the stock of all products between two states of knowledge',
    description:
      'The products whose state as of one moment differs between two recorded times, and no others; each with the events that changed it and their contributions, which add up to the difference exactly. Products of which nothing was recorded between are not read. JSON comes in pages, which can have fewer products than `limit`; `application/x-ndjson` and `text/csv` are the whole answer as one stream. CSV has a line for each contribution.',
    requestParams: { query: across.stockDiffQuery(settings) },
    responses: {
      '200': {
        description: 'The differences.',
        headers: z.object(headers),
        content: rowFormats({ schema: answers.stockDiff, example: examples.stockDiff }, DIFFERENCE_LINES),
      },
      ...problems(...READ_FAILURES, 'code-too-old', 'views-behind', 'too-many-streams'),
    },
  };
}

/** GET /events */
export function feedOperation(context: OperationContext): ZodOpenApiOperationObject {
  const { registry, settings, answers, examples, problems, needs } = context;
  const types = registry.types.map(({ name }) => name);
  return {
    ...needs('state:read'),
    operationId: 'listAllEvents',
    summary: 'List the events of all products',
    description:
      'The feed: every recorded event of every product exactly once, in an order that never changes. Events of one product are in the order of their versions. Keep `nextCursor`, also at the end: with it, the next request returns what has been recorded since.',
    requestParams: { query: across.feedQuery(settings, types) },
    responses: {
      '200': json('One page.', { schema: answers.feedPage, example: examples.feedPage }),
      ...problems(...READ_FAILURES, 'position-not-found'),
    },
  };
}

const stream: ZodOpenApiResponseObject = {
  description: 'The stream.',
  content: {
    'text/event-stream': {
      schema: z.string(),
      example:
        'retry: 2000\n\nevent: position\nid: 12.0\ndata: {"position":"12.0"}\n\nid: 12.1\ndata: {"position":"12.1","event":{"eventId":"r7","eventType":"productReceived","productId":"lamp","version":7},"state":{"productId":"lamp","quantity":"150"}}\n\n',
    },
  },
};

/** GET /events/stream */
export function feedStreamOperation(context: OperationContext): ZodOpenApiOperationObject {
  const { registry, problems, needs } = context;
  const types = registry.types.map(({ name }) => name);
  return {
    ...needs('state:read'),
    operationId: 'tailAllEvents',
    summary: 'Stream the events of all products as they are recorded',
    description:
      'Server-sent events: the entries of `GET /events`, each in a message whose `id` is its position. `Last-Event-ID` resumes after exactly that message, without gap or duplicate. The first message is of the type `position` and says where the stream begins. Behind Amazon API Gateway, which buffers responses, the stream ends after the events that exist, and `retry` says when to reconnect.',
    requestParams: { query: across.feedStreamQuery(types), header: across.feedHeaders },
    responses: {
      '200': stream,
      ...problems(
        'malformed-request',
        'not-acceptable',
        'position-not-found',
        'too-many-streams',
        ...GUARDED,
        'unavailable',
        'internal-error',
      ),
    },
  };
}

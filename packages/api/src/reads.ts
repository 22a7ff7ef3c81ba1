import { z } from 'zod';
import type { ZodOpenApiOperationObject } from 'zod-openapi';
import type { OperationContext } from './context';
import * as parameters from './parameters';
import { GUARDED } from './problem-schemas';
import type { ProblemSlug } from './problems';
import { header, json, kept, unchanged } from './responses';

const stateHeaders = z.object({
  ETag: header('For `If-Match` of an append, and for `If-None-Match` on this address.', '"3"'),
  'Cache-Control': header('`no-cache`: revalidate before each use. `immutable`: never changes.', 'no-cache'),
  Link: header(
    'The addresses of the state now (`original timegate`), the timeline (`timemap`) and this state (`memento`).',
  ),
  Vary: header('`Accept-Datetime`, and what else the answer depends on.'),
  'Memento-Datetime': header('The moment of the state, to the second; absent if it is now.').optional(),
  'Content-Location': header('The address of this state, if `Accept-Datetime` selected it.').optional(),
});

/** GET /products/{productId}/state */
export function stateOperation({
  answers,
  examples,
  problems,
  needs,
}: OperationContext): ZodOpenApiOperationObject {
  return {
    ...needs('state:read'),
    operationId: 'getState',
    summary: 'Get the state at a moment, as known at a moment',
    description:
      'The state as of `asOf`, from the events that were recorded at or before `knownAt`. Without parameters: the current state.',
    requestParams: {
      path: parameters.productPath,
      query: parameters.stateQuery,
      header: parameters.stateHeaders,
    },
    responses: {
      '200': json('The state.', {
        schema: answers.state,
        example: examples.state,
        headers: stateHeaders,
      }),
      '304': unchanged(stateHeaders),
      ...problems(
        ...GUARDED,
        'malformed-request',
        'not-acceptable',
        'product-not-found',
        'no-state-at-time',
        'version-not-found',
        'overloaded',
        'code-too-old',
        'unavailable',
        'internal-error',
      ),
    },
  };
}

export const pageHeaders = z.object({
  ...kept,
  Link: header('The next page, `rel="next"`; absent on the last page.').optional(),
});

/** The answers of an operation that returns pages. */
export const pageOf = (
  { problems }: OperationContext,
  schema: z.ZodType,
  example: unknown,
  more: readonly ProblemSlug[] = [],
): ZodOpenApiOperationObject['responses'] => ({
  '200': json('One page.', { schema, example, headers: pageHeaders }),
  '304': unchanged(pageHeaders),
  ...problems(
    ...GUARDED,
    'malformed-request',
    'not-acceptable',
    'product-not-found',
    ...more,
    'version-not-found',
    'overloaded',
    'code-too-old',
    'unavailable',
    'internal-error',
  ),
});

/** GET /products/{productId}/events */
export function eventsOperation(context: OperationContext): ZodOpenApiOperationObject {
  const { registry, settings, answers, examples, needs } = context;
  const types = registry.types.map(({ name }) => name);
  return {
    ...needs('state:read'),
    operationId: 'listEvents',
    summary: 'List events',
    description:
      'The events of a product, in the order of recording or in effective order. Follow `nextCursor` for the next page.',
    requestParams: {
      path: parameters.productPath,
      query: parameters.eventsQuery(settings, types),
      header: parameters.conditionalHeaders,
    },
    responses: pageOf(context, answers.eventPage, examples.eventPage),
  };
}

/** GET /products/{productId}/timeline */
export function timelineOperation(context: OperationContext): ZodOpenApiOperationObject {
  const { settings, answers, examples, needs } = context;
  return {
    ...needs('state:read'),
    operationId: 'getTimeline',
    summary: 'List the states by effective time, with the fields that changed',
    description:
      'One entry per effective event, with the state after it. Follow `nextCursor` for the next page.',
    requestParams: {
      path: parameters.productPath,
      query: parameters.timelineQuery(settings),
      header: parameters.conditionalHeaders,
    },
    responses: pageOf(context, answers.timelinePage, examples.timelinePage),
  };
}

/** GET /executions/{name} */
export function executionOperation(context: OperationContext): ZodOpenApiOperationObject {
  const { answers, examples, problems, needs } = context;
  return {
    ...needs('state:read'),
    operationId: 'getExecution',
    summary: 'Get the status of an append in the background',
    description:
      'Running, or ended with the result or the problem that the append would have returned. Kept for 90 days.',
    requestParams: { path: parameters.executionPath },
    responses: {
      '200': json('The execution.', { schema: answers.execution, example: examples.execution }),
      ...problems(
        ...GUARDED,
        'malformed-request',
        'not-acceptable',
        'execution-not-found',
        'unavailable',
        'internal-error',
      ),
    },
  };
}

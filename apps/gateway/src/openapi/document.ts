import type { Registry } from '@hindsight/domain';
import { z } from 'zod';
import {
  createDocument,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
  type ZodOpenApiResponseObject,
} from 'zod-openapi';
import { problemTypes } from '../problems';
import type { Settings } from '../settings';
import { appendOperation } from './append';
import { withCommonParts } from './common';
import { describeInput } from './inputs';
import * as parameters from './parameters';
import { GUARDED } from './problems';
import { header, html, json, problems } from './responses';
import * as schemas from './schemas';

/** The OpenAPI document, as JSON. */
export type ApiDocument = ReturnType<typeof createDocument>;

const stateOperation: ZodOpenApiOperationObject = {
  operationId: 'getState',
  summary: 'The state at a moment, as known at a moment',
  requestParams: {
    path: parameters.productPath,
    query: parameters.stateQuery,
    header: parameters.conditionalHeaders,
  },
  responses: {
    '200': json(
      'The state.',
      schemas.stateAnswer,
      z.object({
        ETag: header('Good for If-Match of an append, and for If-None-Match here.'),
        'Cache-Control': header('immutable for a settled past.'),
      }),
    ),
    '304': { description: 'The state is still the one of the ETag that was sent.' },
    ...problems(
      ...GUARDED,
      'malformed-request',
      'product-not-found',
      'no-state-at-time',
      'version-not-found',
      'unavailable',
      'internal-error',
    ),
  },
};

const list = (
  operation: Pick<ZodOpenApiOperationObject, 'operationId' | 'summary' | 'requestParams'>,
  schema: z.ZodType,
) => ({
  ...operation,
  responses: {
    '200': json(
      'One page.',
      schema,
      z.object({ Link: header('The next page, rel="next"; absent at the end.').optional() }),
    ),
    ...problems(
      ...GUARDED,
      'malformed-request',
      'product-not-found',
      'version-not-found',
      'unavailable',
      'internal-error',
    ),
  },
});

const service = (
  operationId: string,
  summary: string,
  responses: Record<string, ZodOpenApiResponseObject>,
) => ({
  get: { operationId, summary, tags: ['service'], responses },
});

function pathsOf(registry: Registry, settings: Settings): ZodOpenApiPathsObject {
  const { productPath: path } = parameters;
  const types = registry.types.map(({ name }) => name);
  const tags = ['products'];
  const events = {
    operationId: 'listEvents',
    summary: 'The events, as recorded or as they count',
    requestParams: { path, query: parameters.eventsQuery(settings, types) },
  };
  const timeline = {
    operationId: 'getTimeline',
    summary: 'The states by effective time, and what changed at each step',
    requestParams: { path, query: parameters.timelineQuery(settings) },
  };
  return {
    '/products/{productId}/events': {
      post: { tags, ...appendOperation(registry) },
      get: { tags, ...list(events, schemas.eventPage) },
    },
    '/products/{productId}/state': { get: { tags, ...stateOperation } },
    '/products/{productId}/timeline': { get: { tags, ...list(timeline, schemas.timelinePage) } },
    '/executions/{name}': {
      get: {
        tags,
        operationId: 'getExecution',
        summary: 'How an append in the background stands',
        requestParams: { path: parameters.executionPath },
        responses: {
          '200': json('It runs, or has ended with what it would have answered.', schemas.execution),
          ...problems(
            ...GUARDED,
            'malformed-request',
            'execution-not-found',
            'unavailable',
            'internal-error',
          ),
        },
      },
    },
    '/healthz': service('isAlive', 'The process runs', { '200': json('It does.', schemas.health) }),
    '/readyz': service('isReady', 'The table and the state machine answer', {
      '200': json('They do.', schemas.readiness),
      ...problems('unavailable'),
    }),
    '/openapi.json': service('getDocument', 'This document', {
      '200': json('OpenAPI 3.1.', z.looseObject({})),
    }),
    '/docs': service('getDocs', 'This document for people', { '200': html('A page that loads nothing.') }),
    '/problems/{slug}': {
      get: {
        operationId: 'getProblem',
        summary: 'What a problem type means',
        tags: ['service'],
        requestParams: { path: z.object({ slug: z.enum(Object.keys(problemTypes)) }) },
        responses: { '200': html('A page about it.'), ...problems('malformed-request', 'route-not-found') },
      },
    },
  };
}

/** The API as an OpenAPI 3.1 document; events and their examples come from the registry. */
export function apiDocument(registry: Registry, settings: Settings): ApiDocument {
  const document = createDocument(
    {
      openapi: '3.1.0',
      info: {
        title: 'Hindsight',
        version: '1',
        description: 'Product inventory as a log of events: the state at any moment, as known at any moment.',
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url: '/' }],
      tags: [
        { name: 'products', description: 'Events, states and timelines of products.' },
        { name: 'service', description: 'Health and documentation.' },
      ],
      components: {
        securitySchemes: {
          bearer: {
            type: 'http',
            scheme: 'bearer',
            description: 'An API token or a JSON Web Token, where the deployment asks for one.',
          },
        },
      },
      paths: pathsOf(registry, settings),
    },
    { allowEmptySchema: { custom: true, unknown: true }, override: describeInput },
  );
  return withCommonParts(document);
}

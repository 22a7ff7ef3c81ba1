import type { Registry } from '@hindsight/domain';
import { z } from 'zod';
import {
  createDocument,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
  type ZodOpenApiResponseObject,
} from 'zod-openapi';
import { problemTypes } from './problems';
import type { DocumentSettings } from './settings';
import { appendOperation } from './append';
import { withCommonParts } from './common';
import { defaultsInWords } from './inputs';
import * as parameters from './parameters';
import { GUARDED } from './problem-schemas';
import { header, html, json, kept, problems, unchanged } from './responses';
import * as schemas from './schemas';
import { tailOperation } from './tail';

/** The OpenAPI document, as JSON. */
export type ApiDocument = ReturnType<typeof createDocument>;

const stateHeaders = z.object({
  ETag: header('Good for If-Match of an append, and for If-None-Match here.'),
  'Cache-Control': header('no-cache: ask before each use. immutable: the past of a settled past.'),
  Link: header(
    'The address of the state now (original timegate), the timeline (timemap), this state (memento).',
  ),
  Vary: header('Accept-Datetime, and what else the answer depends on.'),
  'Memento-Datetime': header('The moment of the state, to the second; absent where it is now.').optional(),
  'Content-Location': header('The address of this state, where Accept-Datetime asked for it.').optional(),
});

const stateOperation: ZodOpenApiOperationObject = {
  operationId: 'getState',
  summary: 'The state at a moment, as known at a moment',
  requestParams: {
    path: parameters.productPath,
    query: parameters.stateQuery,
    header: parameters.stateHeaders,
  },
  responses: {
    '200': json('The state.', schemas.stateAnswer, stateHeaders),
    '304': unchanged(stateHeaders),
    ...problems(
      ...GUARDED,
      'malformed-request',
      'not-acceptable',
      'product-not-found',
      'no-state-at-time',
      'version-not-found',
      'overloaded',
      'unavailable',
      'internal-error',
    ),
  },
};

const pageHeaders = z.object({
  ...kept,
  Link: header('The next page, rel="next"; absent at the end.').optional(),
});

const list = (
  operation: Pick<ZodOpenApiOperationObject, 'operationId' | 'summary' | 'requestParams'>,
  schema: z.ZodType,
) => ({
  ...operation,
  responses: {
    '200': json('One page.', schema, pageHeaders),
    '304': unchanged(pageHeaders),
    ...problems(
      ...GUARDED,
      'malformed-request',
      'not-acceptable',
      'product-not-found',
      'version-not-found',
      'overloaded',
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

const servicePaths: ZodOpenApiPathsObject = {
  '/healthz': service('isAlive', 'The process runs', {
    '200': json('It does.', schemas.health),
    ...problems('not-acceptable'),
  }),
  '/readyz': service('isReady', 'The table and the state machine answer', {
    '200': json('They do.', schemas.readiness),
    ...problems('not-acceptable', 'unavailable'),
  }),
  '/openapi.json': service('getDocument', 'This document', {
    '200': json('OpenAPI 3.1.', z.looseObject({}), z.object(kept)),
    '304': unchanged(z.object(kept)),
    ...problems('not-acceptable'),
  }),
  '/docs': service('getDocs', 'This document for people', {
    '200': html('A page that loads nothing.'),
    '304': unchanged(z.object(kept)),
    ...problems('not-acceptable'),
  }),
  '/problems/{slug}': {
    get: {
      operationId: 'getProblem',
      summary: 'What a problem type means',
      tags: ['service'],
      requestParams: { path: z.object({ slug: z.enum(Object.keys(problemTypes)) }) },
      responses: {
        '200': html('A page about it.'),
        '304': unchanged(z.object(kept)),
        ...problems('malformed-request', 'not-acceptable', 'route-not-found'),
      },
    },
  },
};

function pathsOf(registry: Registry, settings: DocumentSettings): ZodOpenApiPathsObject {
  const { productPath: path } = parameters;
  const answers = schemas.answersWith(registry);
  const types = registry.types.map(({ name }) => name);
  const tags = ['products'];
  const events = {
    operationId: 'listEvents',
    summary: 'The events, as recorded or as they count',
    requestParams: {
      path,
      query: parameters.eventsQuery(settings, types),
      header: parameters.conditionalHeaders,
    },
  };
  const timeline = {
    operationId: 'getTimeline',
    summary: 'The states by effective time, and what changed at each step',
    requestParams: { path, query: parameters.timelineQuery(settings), header: parameters.conditionalHeaders },
  };
  return {
    '/products/{productId}/events': {
      post: { tags, ...appendOperation(registry, answers) },
      get: { tags, ...list(events, answers.eventPage) },
    },
    '/products/{productId}/events/stream': { get: { tags, ...tailOperation } },
    '/products/{productId}/state': { get: { tags, ...stateOperation } },
    '/products/{productId}/timeline': { get: { tags, ...list(timeline, schemas.timelinePage) } },
    '/executions/{name}': {
      get: {
        tags,
        operationId: 'getExecution',
        summary: 'How an append in the background stands',
        requestParams: { path: parameters.executionPath },
        responses: {
          '200': json('It runs, or has ended with what it would have answered.', answers.execution),
          ...problems(
            ...GUARDED,
            'malformed-request',
            'not-acceptable',
            'execution-not-found',
            'unavailable',
            'internal-error',
          ),
        },
      },
    },
    ...servicePaths,
  };
}

/** The API as an OpenAPI 3.1 document; events and their examples come from the registry. */
export function apiDocument(registry: Registry, settings: DocumentSettings): ApiDocument {
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
    { allowEmptySchema: { custom: true, unknown: true }, override: defaultsInWords },
  );
  return withCommonParts(document);
}

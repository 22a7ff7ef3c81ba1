import type { Registry } from '@hindsight/domain';
import { z } from 'zod';
import {
  createDocument,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
  type ZodOpenApiResponseObject,
} from 'zod-openapi';
import { problemTypes, type ProblemSlug } from '../problems';
import type { Settings } from '../settings';
import { appendBodies, appendExamples, cloudEventExample } from './events';
import { describeInput } from './inputs';
import * as parameters from './parameters';
import * as schemas from './schemas';

/** The OpenAPI document, as JSON. */
export type ApiDocument = ReturnType<typeof createDocument>;

const header = (description: string) => z.string().meta({ description });

/** Responses for problems, one per status, naming the problem types that come with it. */
function problems(...slugs: ProblemSlug[]): Record<string, ZodOpenApiResponseObject> {
  const all: ProblemSlug[] = [...slugs, 'internal-error'];
  const byStatus = new Map<number, ProblemSlug[]>();
  for (const slug of all) {
    const { status } = problemTypes[slug];
    byStatus.set(status, [...(byStatus.get(status) ?? []), slug]);
  }
  const responses = [...byStatus].map(([status, here]) => {
    const schema = status === 409 ? schemas.brokenRule : schemas.problem;
    const description = here.map((slug) => `${slug}: ${problemTypes[slug].title}`).join('; ');
    const headers = status === 503 ? { headers: z.object({ 'Retry-After': header('Seconds.') }) } : {};
    return [
      String(status),
      { description, content: { 'application/problem+json': { schema } }, ...headers },
    ] as const;
  });
  return Object.fromEntries(responses);
}

const json = (description: string, schema: z.ZodType, headers?: z.ZodObject): ZodOpenApiResponseObject => ({
  description,
  content: { 'application/json': { schema } },
  ...(headers && { headers }),
});

const html = (description: string): ZodOpenApiResponseObject => ({
  description,
  content: { 'text/html': { schema: z.string() } },
});

function appendOperation(registry: Registry): ZodOpenApiOperationObject {
  const bodies = appendBodies(registry);
  const created = z.object({
    ETag: header('The head version, in quotes.'),
    Location: header('The state at that version.'),
  });
  const repeated = z.object({
    'Idempotent-Replayed': z
      .literal('true')
      .optional()
      .meta({ description: 'The events were in the log already.' }),
  });
  const started = z.object({
    Location: header('Where the execution can be followed.'),
    'Preference-Applied': header('respond-async'),
  });
  const refusals = problems(
    ...([
      'malformed-request',
      'insufficient-stock',
      'event-id-reused',
      'version-conflict',
      'payload-too-large',
    ] as const),
    ...([
      'unsupported-media-type',
      'invalid-event',
      'unknown-event-type',
      'target-not-found',
      'contention',
      'unavailable',
    ] as const),
  );
  const cloud = cloudEventExample(registry);
  return {
    operationId: 'appendEvents',
    summary: 'Append one event, or 1 to 25 at once',
    description:
      'All are stored, or none. The same eventId with the same content is stored once, however often it is sent. Numbers may be JSON numbers; they are read as they are written, digit by digit.',
    requestParams: {
      path: parameters.productPath,
      query: parameters.appendQuery,
      header: parameters.appendHeaders,
    },
    requestBody: {
      required: true,
      content: {
        'application/json': { schema: bodies.json, examples: appendExamples(registry) },
        'application/cloudevents+json': { schema: bodies.cloudEvent, example: cloud },
        'application/cloudevents-batch+json': { schema: bodies.cloudEvents, example: [cloud] },
      },
    },
    responses: {
      '201': json('Stored.', schemas.appended, created),
      '200': json(
        'Stored before, with this content; or a dry run, and not stored.',
        schemas.appended,
        repeated,
      ),
      '202': json('Started: `Prefer: respond-async` was heard.', schemas.execution, started),
      ...refusals,
    },
  };
}

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
      'malformed-request',
      'product-not-found',
      'no-state-at-time',
      'version-not-found',
      'unavailable',
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
    ...problems('malformed-request', 'product-not-found', 'version-not-found', 'unavailable'),
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
          ...problems('execution-not-found', 'unavailable'),
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
        responses: { '200': html('A page about it.'), ...problems('route-not-found') },
      },
    },
  };
}

/** The API as an OpenAPI 3.1 document; events and their examples come from the registry. */
export function apiDocument(registry: Registry, settings: Settings): ApiDocument {
  return createDocument(
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
      paths: pathsOf(registry, settings),
    },
    { allowEmptySchema: { custom: true }, override: describeInput },
  );
}

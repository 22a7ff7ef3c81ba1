import { z } from 'zod';
import type { ZodOpenApiOperationObject, ZodOpenApiPathsObject } from 'zod-openapi';
import { problemTypes } from './problems';
import { html, json, kept, unchanged, type Problems } from './responses';
import * as schemas from './schemas';

type Texts = Pick<ZodOpenApiOperationObject, 'operationId' | 'summary' | 'description'>;

/** Open to everyone, without authentication. */
const open = { tags: ['service'], security: [] };
const cached = { '304': unchanged(z.object(kept)) };

const indexPath = (problems: Problems) => ({
  get: {
    ...open,
    operationId: 'getIndex',
    summary: 'Index of the API',
    description:
      'The addresses of the API with their methods, and where the documentation is. Browsers, which prefer `text/html`, get the explorer instead.',
    responses: {
      '200': json('The index.', {
        schema: schemas.apiIndex,
        headers: z.object(kept),
        example: {
          service: 'Hindsight',
          documentation: '/docs',
          openapi: '/openapi.json',
          addresses: { '/products/{productId}/state': ['GET'] },
        },
      }),
      ...cached,
      ...problems('not-acceptable'),
    },
  },
});

/** Health and documentation. */
export function servicePaths(problems: Problems): ZodOpenApiPathsObject {
  const service = (texts: Texts, responses: ZodOpenApiOperationObject['responses']) => ({
    get: { ...open, ...texts, responses },
  });
  return {
    '/': indexPath(problems),
    '/healthz': service(
      { operationId: 'isAlive', summary: 'Liveness', description: 'Whether the process runs.' },
      {
        '200': json('It runs.', { schema: schemas.health, example: { status: 'ok' } }),
        ...problems('not-acceptable'),
      },
    ),
    '/readyz': service(
      {
        operationId: 'isReady',
        summary: 'Readiness',
        description: 'Whether the table and the state machine answer.',
      },
      {
        '200': json('Both answer.', {
          schema: schemas.readiness,
          example: { status: 'ready', checks: { eventLog: 'ok', workflow: 'ok' } },
        }),
        ...problems('not-acceptable', 'unavailable'),
      },
    ),
    '/openapi.json': service(
      { operationId: 'getDocument', summary: 'OpenAPI document', description: 'This document, as JSON.' },
      {
        '200': json('OpenAPI 3.1.', { schema: z.looseObject({}), headers: z.object(kept) }),
        ...cached,
        ...problems('not-acceptable'),
      },
    ),
    '/docs': service(
      {
        operationId: 'getDocs',
        summary: 'API reference',
        description: 'This document as a page for people.',
      },
      { '200': html('The page.'), ...cached, ...problems('not-acceptable') },
    ),
    '/problems/{slug}': {
      get: {
        ...open,
        operationId: 'getProblem',
        summary: 'Explain a problem type',
        description: 'The page that the `type` of a problem leads to.',
        requestParams: {
          path: z.object({
            slug: z
              .enum(Object.keys(problemTypes))
              .meta({ description: 'The last part of the `type`.', examples: ['invalid-event'] }),
          }),
        },
        responses: {
          '200': html('The page.'),
          ...cached,
          ...problems('malformed-request', 'not-acceptable', 'route-not-found'),
        },
      },
    },
  };
}

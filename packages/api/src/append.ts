import { z } from 'zod';
import type { ZodOpenApiOperationObject } from 'zod-openapi';
import { cloudEventHeaders } from './cloud-events';
import type { OperationContext } from './context';
import { appendBodies, appendExamples, cloudEventExample } from './events';
import * as parameters from './parameters';
import { APPEND_REFUSALS, GUARDED } from './problem-schemas';
import { header, json } from './responses';

const created = z.object({
  ETag: header('The new version, in quotes.', '"1"'),
  Location: header('The state at that version.', '/products/lamp/state?version=1'),
});
const repeated = z.object({
  'Idempotent-Replayed': z
    .literal('true')
    .optional()
    .meta({ description: 'The log already has the events.' }),
  ETag: header('The version after the first append, in quotes; absent on a dry run.').optional(),
  Location: header('The state at that version; absent on a dry run.').optional(),
});
const started = z.object({
  Location: header('The address of the execution.', '/executions/a1b2c3'),
  'Preference-Applied': z.literal('respond-async'),
  'Retry-After': header('Seconds.', '1'),
});

/** POST /products/{productId}/events */
export function appendOperation(context: OperationContext): ZodOpenApiOperationObject {
  const { registry, answers, examples, problems, needs } = context;
  const bodies = appendBodies(registry);
  const cloud = cloudEventExample(registry);
  return {
    ...needs('events:write'),
    operationId: 'appendEvents',
    summary: 'Append one event, or 1 to 25 at once',
    description:
      'All events are stored, or none. Retries are safe: the same `eventId` with the same content is stored once and returns the original response. JSON numbers are read digit by digit, as they were written.',
    requestParams: {
      path: parameters.productPath,
      query: parameters.appendQuery,
      header: z.object({ ...parameters.appendHeaders.shape, ...cloudEventHeaders.shape }),
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
      '201': json('Stored.', { schema: answers.appended, example: examples.appended, headers: created }),
      '200': json('Already stored with the same content, or a dry run.', {
        schema: answers.appended,
        example: examples.appended,
        headers: repeated,
      }),
      '202': json('Started in the background, as `Prefer: respond-async` asked.', {
        schema: answers.execution,
        example: examples.started,
        headers: started,
      }),
      ...problems(
        ...GUARDED,
        ...(['malformed-request', 'not-acceptable', 'payload-too-large', 'unsupported-media-type'] as const),
        ...APPEND_REFUSALS,
      ),
    },
  };
}

import type { Registry } from '@hindsight/domain';
import { z } from 'zod';
import type { ZodOpenApiOperationObject } from 'zod-openapi';
import { appendBodies, appendExamples, cloudEventExample } from './events';
import { cloudEventHeaders } from './cloud-events';
import * as parameters from './parameters';
import { APPEND_REFUSALS, GUARDED } from './problem-schemas';
import { header, json, problems } from './responses';
import type { EventAnswers } from './schemas';

const created = z.object({
  ETag: header('The head version, in quotes.'),
  Location: header('The state at that version.'),
});
const repeated = z.object({
  'Idempotent-Replayed': z
    .literal('true')
    .optional()
    .meta({ description: 'The events were in the log already.' }),
  ETag: header('The head version after the first append, in quotes; absent on a dry run.').optional(),
  Location: header('The state at that version; absent on a dry run.').optional(),
});
const started = z.object({
  Location: header('Where the execution can be followed.'),
  'Preference-Applied': z.literal('respond-async'),
  'Retry-After': header('Seconds.'),
});

/** POST /products/{productId}/events */
export function appendOperation(
  registry: Registry,
  { appended, execution }: Pick<EventAnswers, 'appended' | 'execution'>,
): ZodOpenApiOperationObject {
  const bodies = appendBodies(registry);
  const cloud = cloudEventExample(registry);
  return {
    operationId: 'appendEvents',
    summary: 'Append one event, or 1 to 25 at once',
    description:
      'All are stored, or none. The same eventId with the same content is stored once, however often it is sent. Numbers may be JSON numbers; they are read as they are written, digit by digit.',
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
      '201': json('Stored.', appended, created),
      '200': json('Stored before, with this content; or a dry run, and not stored.', appended, repeated),
      '202': json('Started: `Prefer: respond-async` was heard.', execution, started),
      ...problems(
        ...GUARDED,
        ...(['malformed-request', 'not-acceptable', 'payload-too-large', 'unsupported-media-type'] as const),
        ...APPEND_REFUSALS,
      ),
    },
  };
}

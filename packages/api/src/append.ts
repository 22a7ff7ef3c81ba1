import { z } from 'zod';
import type { ZodOpenApiOperationObject } from 'zod-openapi';
import { cloudEventHeaders } from './cloud-events';
import type { OperationContext } from './context';
import { actExamples, appendExamples, cloudEventExample } from './events';
import * as parameters from './parameters';
import { ACT_REFUSALS, APPEND_REFUSALS, GUARDED } from './problem-schemas';
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

/** How an append can fail before its body is understood. */
const UNREADABLE = [
  'malformed-request',
  'not-acceptable',
  'payload-too-large',
  'unsupported-media-type',
] as const;

/** POST /products/{productId}/events */
export function appendOperation(context: OperationContext): ZodOpenApiOperationObject {
  const { registry, answers, bodies, examples, problems, needs } = context;
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
      ...problems(...GUARDED, ...UNREADABLE, ...APPEND_REFUSALS),
    },
  };
}

const actReplayed = repeated.pick({ 'Idempotent-Replayed': true });

/** POST /events */
export function actOperation(context: OperationContext): ZodOpenApiOperationObject {
  const { registry, answers, bodies, examples, problems, needs } = context;
  const cloud = { ...(cloudEventExample(registry) as object), subject: 'lamp@shop' };
  const answer = { schema: answers.acted, example: examples.acted };
  const headers = parameters.appendHeaders.pick({ 'Idempotency-Key': true, Prefer: true });
  return {
    ...needs('events:write'),
    operationId: 'appendAct',
    summary: 'Append events of several products in one act',
    description:
      'Up to 25 events of up to 10 products, such as a transfer: a shipment of one and a receipt of another. All events are stored, or none, and all have the same `recordedAt`. The rules of every product are judged. Each event names its product. The same `eventId` may be used once for each product, so one id can name both sides of a transfer. Retries are safe, event by event.',
    requestParams: {
      query: parameters.appendQuery,
      header: z.object({ ...headers.shape, ...cloudEventHeaders.shape }),
    },
    requestBody: {
      required: true,
      content: {
        'application/json': { schema: bodies.act.json, examples: actExamples(registry) },
        'application/cloudevents+json': { schema: bodies.act.cloudEvent, example: cloud },
        'application/cloudevents-batch+json': { schema: bodies.act.cloudEvents, example: [cloud] },
      },
    },
    responses: {
      '201': json('Stored.', answer),
      '200': json('Already stored with the same content, or a dry run.', { ...answer, headers: actReplayed }),
      '202': json('Started in the background, as `Prefer: respond-async` asked.', {
        schema: answers.execution,
        example: examples.started,
        headers: started,
      }),
      ...problems(...GUARDED, ...UNREADABLE, ...ACT_REFUSALS),
    },
  };
}

import { z } from 'zod';
import type { ZodOpenApiOperationObject, ZodOpenApiResponseObject } from 'zod-openapi';
import { productPath as path, tailHeaders as header, tailQuery as query } from './parameters';
import { GUARDED } from './problem-schemas';
import { problems } from './responses';

const description = `Every event in the order of recording, in a message whose \`id\` is its version and whose data is the event as \`GET …/events\` has it. Where an event changed the past (it was late, or is a correction), a message of the type \`adjustment\` follows, with the id \`<version>+\` and the data \`{version, eventId, adjustment}\`. \`Last-Event-ID\` goes on after that very message, without gap or doubling. The first message is of the type \`position\`, with the data \`{version}\`: it says where the stream begins, so that a client that loses the connection before the first event comes back to the right place. Comments are signs of life.

Behind Amazon API Gateway, which hands an answer over whole, the stream ends after what is there, and \`retry\` says when to come again, as an EventSource does by itself. Elsewhere it lasts for up to an hour.`;

const response: ZodOpenApiResponseObject = {
  description: 'The stream.',
  content: {
    'text/event-stream': {
      schema: z.string(),
      example:
        'retry: 2000\n\nevent: position\nid: 6+\ndata: {"version":6}\n\nid: 7\ndata: {"eventId":"r7","eventType":"productReceived","version":7}\n\n',
    },
  },
};

export const tailOperation: ZodOpenApiOperationObject = {
  operationId: 'tailEvents',
  summary: 'The events as they come, as server-sent events',
  description,
  requestParams: { path, query, header },
  responses: {
    '200': response,
    ...problems(
      'malformed-request',
      'product-not-found',
      'version-not-found',
      'not-acceptable',
      'too-many-streams',
      ...GUARDED,
      'unavailable',
      'internal-error',
    ),
  },
};

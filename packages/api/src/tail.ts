import { z } from 'zod';
import type { ZodOpenApiOperationObject, ZodOpenApiResponseObject } from 'zod-openapi';
import type { OperationContext } from './context';
import { productPath as path, tailHeaders as header, tailQuery as query } from './parameters';
import { GUARDED } from './problem-schemas';

const description = `Server-sent events: every event in the order of recording, in a message whose \`id\` is its version and whose data is the event as \`GET …/events\` returns it. If an event changed the past (a late event or a correction), a message of the type \`adjustment\` follows, with the id \`<version>+\` and the data \`{version, eventId, adjustment}\`. \`Last-Event-ID\` resumes after exactly that message, without gap or duplicate. The first message is of the type \`position\`, with the data \`{version}\`: it says where the stream begins, so that a client that loses the connection before the first event resumes at the right place. Comments keep the connection open.

Behind Amazon API Gateway, which buffers responses, the stream ends after the events that exist, and \`retry\` says when to reconnect, as an EventSource does by itself. Elsewhere a stream lasts for up to an hour.`;

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

/** GET /products/{productId}/events/stream */
export function tailOperation({ problems, needs }: OperationContext): ZodOpenApiOperationObject {
  return {
    ...needs('state:read'),
    operationId: 'tailEvents',
    summary: 'Stream events as they are recorded',
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
}

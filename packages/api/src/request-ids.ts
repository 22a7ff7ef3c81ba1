import type { createDocument } from 'zod-openapi';

type Document = ReturnType<typeof createDocument>;

interface Response {
  readonly headers?: Readonly<Record<string, unknown>>;
}
interface Operation {
  readonly responses: Readonly<Record<string, Response>>;
}
type Item = Readonly<Record<string, Operation>>;

const REQUEST_ID = {
  'X-Request-Id': {
    required: true,
    description: 'Identifies the request in the server log: the id that the client sent, or a new one.',
    schema: { type: 'string', examples: ['5f0a7f6e-2b0b-4b39-9a3b-0c9a2d9f3c11'] },
  },
};

const mapped = <A, B>(object: Readonly<Record<string, A>>, change: (value: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));

const withRequestId = (operation: Operation): Operation => ({
  ...operation,
  responses: mapped(operation.responses, (response) => ({
    ...response,
    headers: { ...response.headers, ...REQUEST_ID },
  })),
});

/** Adds the id of the request to every response. */
export function withRequestIds(document: Document): Document {
  const paths = mapped(document.paths ?? {}, (item) => mapped(item as Item, withRequestId));
  return { ...document, paths };
}

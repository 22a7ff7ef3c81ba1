import type { createDocument } from 'zod-openapi';

type Document = ReturnType<typeof createDocument>;

interface Response {
  readonly description: string;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly content?: unknown;
}
interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly tags?: readonly string[];
  readonly parameters?: readonly { readonly in: string }[];
  readonly responses: Readonly<Record<string, Response>>;
}
type Item = Readonly<Record<string, Operation>>;

const REQUEST_ID = {
  'X-Request-Id': {
    required: true,
    description:
      'Names the request in the log of the service: the one that was sent, where it is a sane one.',
    schema: { type: 'string' },
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

/** What GET would answer, without the body. */
function headOf({ operationId, summary, responses, ...rest }: Operation): Operation {
  return {
    ...rest,
    operationId: `${operationId}Head`,
    summary: `${summary}: the headers only`,
    responses: mapped(responses, ({ content: _, ...response }) => response),
  };
}

function optionsOf(path: string, item: Item): Operation {
  const methods = Object.keys(item).flatMap((method) => (method === 'get' ? ['GET', 'HEAD'] : [method]));
  const allow = [...methods.map((method) => method.toUpperCase()), 'OPTIONS'].join(', ');
  const [first] = Object.values(item);
  const parameters = first?.parameters?.filter((parameter) => parameter.in === 'path') ?? [];
  return {
    operationId: `optionsOf${path.replace(/[^a-z]+(\w)?/gi, (_, letter: string = '') => letter.toUpperCase())}`,
    summary: `What can be done with ${path}`,
    ...(first?.tags && { tags: first.tags }),
    ...(parameters.length > 0 && { parameters }),
    responses: {
      '204': {
        description: 'The methods are in `Allow`.',
        headers: { Allow: { required: true, schema: { type: 'string', const: allow } } },
      },
      // An address whose percent-encoding cannot be read is none, whatever is asked of it.
      ...(parameters.length > 0 && first && { '400': first.responses['400'] as Response }),
    },
  };
}

/** Adds what holds everywhere: HEAD beside GET, OPTIONS, and the id of the request on every answer. */
export function withCommonParts(document: Document): Document {
  const paths = Object.entries(document.paths ?? {}).map(([path, given]) => {
    const item = given as unknown as Item;
    const { get } = item;
    const whole = { ...item, ...(get && { head: headOf(get) }), options: optionsOf(path, item) };
    return [path, mapped(whole, withRequestId)];
  });
  return { ...document, paths: Object.fromEntries(paths) as NonNullable<Document['paths']> };
}

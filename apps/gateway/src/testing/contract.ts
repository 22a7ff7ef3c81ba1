import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';

/** A response as a client received it. */
export interface Seen {
  readonly method: string;
  /** The path of the URL, without the query. */
  readonly path: string;
  readonly status: number;
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Already parsed if it is JSON. */
  readonly body: unknown;
}

interface Header {
  readonly required?: boolean;
  readonly schema: unknown;
}
interface Response {
  readonly headers?: Readonly<Record<string, Header>>;
  readonly content?: Readonly<Record<string, unknown>>;
}
interface Operation {
  readonly operationId: string;
  readonly responses: Readonly<Record<string, Response>>;
}

/** The parts of an OpenAPI document that responses are compared with. */
export interface Described {
  readonly paths?: unknown;
  readonly components?: unknown;
}

/** Which documented answer this was: `getState 404 /problems/product-not-found`, `getDocs 200 text/html`. */
export interface Verdict {
  readonly answered?: string;
  /** Deviations from the document. */
  readonly faults: readonly string[];
}

const pointer = (...keys: readonly string[]): string =>
  keys.map((key) => encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/');

/** Compares responses with an OpenAPI document: operation, status, media type, headers and body. */
export function contractOf(document: Described): (seen: Seen) => Verdict {
  const ajv = new Ajv2020({ strict: false, allErrors: false });
  addFormats(ajv);
  ajv.addSchema({ $id: 'document', ...document });
  const faultsOf = (where: string, name: string, value: unknown): string[] => {
    const validate = ajv.getSchema(`document#/${where}`);
    if (validate === undefined) throw new Error(`the document has nothing at ${where}`);
    return validate(value) === true ? [] : [`${name}: ${ajv.errorsText(validate.errors)}`];
  };
  const paths = Object.entries((document.paths ?? {}) as Record<string, Record<string, Operation>>).map(
    ([template, item]) => {
      const pattern = template.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/]+');
      return { template, item, fits: new RegExp(`^${pattern}/?$`) };
    },
  );

  function headerFaults(where: string, { headers = {} }: Response, seen: Seen): string[] {
    return Object.entries(headers).flatMap(([name, { required }]) => {
      const value = seen.headers[name.toLowerCase()];
      if (value === undefined) return required ? [`the header ${name} is missing`] : [];
      return faultsOf(`${where}/${pointer('headers', name, 'schema')}`, name, value);
    });
  }

  function bodyVerdict(operation: string, where: string, response: Response, seen: Seen): Verdict {
    const { headers, body } = seen;
    if (response.content === undefined) {
      const isBare = body === undefined || body === '' || JSON.stringify(body) === '{}';
      return { answered: operation, faults: isBare ? [] : [`${operation} has a body`] };
    }
    const [type = ''] = (headers['content-type'] ?? '').split(';');
    if (response.content[type] === undefined) return { faults: [`${operation} has no ${type}`] };
    const kind = type === 'application/problem+json' ? (body as { type?: string } | undefined)?.type : type;
    return {
      answered: `${operation} ${kind}`,
      faults: faultsOf(`${where}/${pointer('content', type, 'schema')}`, operation, body),
    };
  }

  /** HEAD responds like GET, without the body; OPTIONS lists the methods, or the URL is invalid. */
  function bareVerdict(item: Record<string, Operation>, seen: Seen): Verdict | undefined {
    const { method, path, status, headers, body } = seen;
    const isBare = body === undefined || body === '' || JSON.stringify(body) === '{}';
    if (method === 'HEAD' && item['get'] !== undefined) {
      const isDocumented = item['get'].responses[String(status)] !== undefined && isBare;
      return { faults: isDocumented ? [] : [`HEAD ${path} ${status} is not what GET has without its body`] };
    }
    if (method !== 'OPTIONS') return undefined;
    const methods = Object.keys(item).flatMap((name) =>
      name === 'get' ? ['GET', 'HEAD'] : [name.toUpperCase()],
    );
    const isList = status === 204 && isBare && headers['allow'] === [...methods, 'OPTIONS'].join(', ');
    const isUnreadable = status === 400 && Object.values(item).some(({ responses }) => responses['400']);
    return { faults: isList || isUnreadable ? [] : [`OPTIONS ${path} answered ${status}`] };
  }

  return (seen) => {
    const { method, path, status } = seen;
    const found = paths.find(({ fits }) => fits.test(path));
    const bare = found && bareVerdict(found.item, seen);
    if (bare !== undefined) return bare;
    const operation = found?.item[method.toLowerCase()];
    // Another URL or method: those responses are the same everywhere.
    if (found === undefined || operation === undefined)
      return { faults: status === 404 || status === 405 ? [] : [`${method} ${path} is not documented`] };
    const { operationId, responses } = operation;
    const response = responses[String(status)];
    if (response === undefined) return { faults: [`${operationId} has no ${status}`] };
    const where = pointer('paths', found.template, method.toLowerCase(), 'responses', String(status));
    const verdict = bodyVerdict(`${operationId} ${status}`, where, response, seen);
    return { ...verdict, faults: [...headerFaults(where, response, seen), ...verdict.faults] };
  };
}

/** Every response in a document, by the names that verdicts use. */
export function documentedAnswers(document: Described): string[] {
  interface Media {
    readonly schema?: { readonly oneOf?: readonly { readonly $ref: string }[] };
  }
  interface Schemas {
    readonly schemas: Record<string, { properties: { type: { const: string } } }>;
  }
  const { schemas } = document.components as Schemas;
  const kindsOf = ([type, { schema }]: readonly [string, Media]): string[] => {
    if (type !== 'application/problem+json') return [type];
    return (schema?.oneOf ?? []).map(
      ({ $ref }) => schemas[$ref.split('/').at(-1) ?? '']?.properties.type.const ?? $ref,
    );
  };
  const operations = Object.values((document.paths ?? {}) as Record<string, Record<string, Operation>>);
  return operations.flatMap((item) =>
    Object.values(item).flatMap(({ operationId, responses }) =>
      Object.entries(responses).flatMap(([status, { content }]) =>
        content === undefined
          ? [`${operationId} ${status}`]
          : Object.entries(content as Record<string, Media>)
              .flatMap(kindsOf)
              .map((kind) => `${operationId} ${status} ${kind}`),
      ),
    ),
  );
}

import fc, { type Arbitrary } from 'fast-check';
import { hostile, nearly } from './disturbed';
import { queryOf, textOf, wellFormed, type FuzzRequest, type Pairs } from './request';
import { PRODUCTS, valuesOf, type Schema, type Schemas } from './schema';

export interface Parameter {
  readonly in: 'path' | 'query' | 'header';
  readonly name: string;
  readonly required?: boolean;
  readonly schema: Schema;
}
interface Media {
  readonly schema: Schema;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}
export interface Operation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Media>> };
}

export interface ApiDescription {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Schemas };
}

/** What answers have said is worth asking about. */
const REMEMBERED: Readonly<Record<string, string>> = {
  cursor: '{cursor}',
  'If-None-Match': '{tag}',
  'If-Match': '{head}',
  name: '{execution}',
};

/** What must be equal to what stands elsewhere in the request, or in the log. */
export function meant(value: unknown, product: string | undefined): unknown {
  if (Array.isArray(value)) return value.map((one) => meant(one, product));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      if (['productId', 'subject'].includes(key) && product !== undefined) return [key, product];
      if (key === 'targetEventId') return [key, '{event}'];
      return [key, meant(inner, product)];
    }),
  );
}

/** `If-None-Match: *` and `If-Match` exclude each other. */
const withoutContradiction = (headers: Pairs): Pairs =>
  headers.some(([name]) => name === 'If-Match')
    ? headers.filter(([name]) => name !== 'If-None-Match')
    : headers;

function parameterValues({ name, schema }: Parameter, schemas: Schemas): Arbitrary<string> {
  const own = valuesOf(schema, schemas).map((value) =>
    Array.isArray(value) ? value.join(',') : textOf(value),
  );
  const remembered = schema.const === undefined ? REMEMBERED[name] : undefined;
  const chosen = name === 'productId' ? fc.constantFrom(...PRODUCTS) : own;
  return remembered === undefined
    ? chosen
    : fc.oneof({ weight: 3, arbitrary: fc.constant(remembered) }, { weight: 1, arbitrary: chosen });
}

/** Some of the parameters of one place, the required ones always. */
function pairsOf(operation: Operation, place: Parameter['in'], schemas: Schemas): Arbitrary<Pairs> {
  const parameters = (operation.parameters ?? []).filter((parameter) => parameter.in === place);
  const chances = parameters.map((parameter) => {
    const pair = parameterValues(parameter, schemas).map((value) => [parameter.name, value] as const);
    // One in four: the more a request asks, the likelier it is that something of it can't be had.
    return parameter.required
      ? pair
      : fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: pair });
  });
  return fc.tuple(...chances).map((pairs) => pairs.filter((pair) => pair !== undefined));
}

interface Body {
  readonly type: string;
  readonly value: unknown;
}

function bodiesOf({ requestBody }: Operation, schemas: Schemas): Arbitrary<Body | undefined> {
  const medias = Object.entries(requestBody?.content ?? {});
  if (medias.length === 0) return fc.constant(undefined);
  return fc.oneof(
    ...medias.map(([type, { schema, example, examples = {} }]) => {
      const shown = [
        ...Object.values(examples).map(({ value }) => value),
        ...(example === undefined ? [] : [example]),
      ];
      const values = fc.oneof(
        { weight: 2, arbitrary: fc.constantFrom(...shown) },
        { weight: 3, arbitrary: valuesOf(schema, schemas) },
      );
      return values.map((value) => ({ type, value }));
    }),
  );
}

/** A closing would refuse nearly all appends after it: it is asked for in a dry run. */
const harmless = (path: string, method: string, query: Pairs): Pairs =>
  path === '/closings' && method === 'post'
    ? [...query.filter(([name]) => name !== 'dryRun'), ['dryRun', 'true']]
    : query;

function validRequests(
  path: string,
  method: string,
  operation: Operation,
  schemas: Schemas,
): Arbitrary<FuzzRequest> {
  return fc
    .tuple(
      pairsOf(operation, 'path', schemas),
      pairsOf(operation, 'query', schemas),
      pairsOf(operation, 'header', schemas),
      bodiesOf(operation, schemas),
    )
    .map(([places, query, headers, body]) => ({
      kind: 'valid' as const,
      method: method.toUpperCase(),
      path: places.reduce(
        (text, [name, value]) =>
          text.replace(
            `{${name}}`,
            encodeURIComponent(wellFormed(value)).replaceAll('%7B', '{').replaceAll('%7D', '}'),
          ),
        path,
      ),
      query: queryOf(harmless(path, method, query))
        .replaceAll('%7B', '{')
        .replaceAll('%7D', '}'),
      // A CloudEvent in binary mode has all of its headers or none: half of them is not valid.
      headers: {
        ...Object.fromEntries(withoutContradiction(headers).filter(([name]) => !name.startsWith('ce-'))),
        ...(body && { 'Content-Type': body.type }),
      },
      ...(body && { body: JSON.stringify(meant(body.value, new Map(places).get('productId'))) }),
    }));
}

/** The operations of an address, with HEAD next to GET, and OPTIONS. */
function methodsOf(item: Readonly<Record<string, Operation>>): [method: string, operation: Operation][] {
  const [first] = Object.values(item);
  const options = { parameters: (first?.parameters ?? []).filter((parameter) => parameter.in === 'path') };
  return [
    ...Object.entries(item),
    ...(item['get'] ? ([['head', item['get']]] as [string, Operation][]) : []),
    ['options', options],
  ];
}

/** Requests for every operation of a document: half of them valid, the others nearly so or hostile. */
export function requestsOf({ paths, components: { schemas } }: ApiDescription): Arbitrary<FuzzRequest> {
  const operations = Object.entries(paths).flatMap(([path, item]) =>
    methodsOf(item).map(([method, operation]) => {
      const valid = validRequests(path, method, operation, schemas);
      const arbitrary = fc.oneof(
        { weight: 4, arbitrary: valid },
        { weight: 2, arbitrary: nearly(valid) },
        { weight: 2, arbitrary: hostile(valid) },
      );
      // Appends have the most to say, and what cannot go wrong in many ways the least.
      const weight = method === 'post' ? 24 : path.startsWith('/products') && method === 'get' ? 8 : 1;
      return { weight, arbitrary };
    }),
  );
  return fc.oneof(...operations);
}

/** Only what is past can be closed. */
function closed(body: string): string {
  const closing = JSON.parse(body) as { readonly asOf: string };
  return closing.asOf < new Date().toISOString() ? body : JSON.stringify({ ...closing, asOf: '2026-10-31' });
}

/** Deletes the end of a span that is not after its beginning. */
function dropEnd(query: URLSearchParams, from: string, to: string): void {
  if ((query.get(from) ?? '') >= (query.get(to) ?? '~')) query.delete(to);
}

/** What a description says of parameters together, or of the time, and a schema of one of them can't. */
function together(request: FuzzRequest): FuzzRequest {
  const query = new URLSearchParams(request.query);
  // A cursor is good for the query that it came from.
  query.delete('cursor');
  if (query.has('knownAt')) query.delete('version');
  dropEnd(query, 'from', 'to');
  for (const name of ['knownFrom', 'knownTo'])
    if ((query.get(name) ?? '') > new Date().toISOString()) query.delete(name);
  dropEnd(query, 'knownFrom', 'knownTo');
  const needsOrder = (query.has('knownAt') || query.has('version')) && request.path.endsWith('/events');
  if (needsOrder) query.set('order', 'effective');
  const { body } = request;
  const isClosing = request.path === '/closings' && body !== undefined;
  return { ...request, query: query.toString(), ...(isClosing && { body: closed(body) }) };
}

/** Requests that a document says are valid, for every operation of it. */
export function validRequestsOf({ paths, components: { schemas } }: ApiDescription): Arbitrary<FuzzRequest> {
  const operations = Object.entries(paths).flatMap(([path, item]) =>
    methodsOf(item).map(([method, operation]) => ({
      weight: method === 'post' ? 24 : path.startsWith('/products') && method === 'get' ? 8 : 1,
      arbitrary: validRequests(path, method, operation, schemas).map(together),
    })),
  );
  return fc.oneof(...operations);
}

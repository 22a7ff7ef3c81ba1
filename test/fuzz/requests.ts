import fc, { type Arbitrary } from 'fast-check';
import { hostile, nearly } from './disturbed';
import { queryOf, textOf, wellFormed, type FuzzRequest, type Pairs } from './request';
import { valuesOf, type Schema, type Schemas } from './schema';

interface Parameter {
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
interface Operation {
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
  name: '{execution}',
};
/** Few enough that requests meet; one of each kind of letter that an id may have. */
const PRODUCTS = ['lamp', 'A-1', '0', 'a.b_c-d', 'x'.repeat(128)];

function parameterValues({ name, schema }: Parameter, schemas: Schemas): Arbitrary<string> {
  const own = valuesOf(schema, schemas).map((value) =>
    Array.isArray(value) ? value.join(',') : textOf(value),
  );
  const remembered = REMEMBERED[name];
  const chosen = name === 'productId' ? fc.constantFrom(...PRODUCTS) : own;
  return remembered === undefined ? chosen : fc.oneof(fc.constant(remembered), chosen);
}

/** Some of the parameters of one place, the required ones always. */
function pairsOf(operation: Operation, place: Parameter['in'], schemas: Schemas): Arbitrary<Pairs> {
  const parameters = (operation.parameters ?? []).filter((parameter) => parameter.in === place);
  const chances = parameters.map((parameter) =>
    fc.option(
      parameterValues(parameter, schemas).map((value) => [parameter.name, value] as const),
      { nil: undefined, freq: parameter.required ? 1_000_000 : 1 },
    ),
  );
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
      query: queryOf(query).replaceAll('%7B', '{').replaceAll('%7D', '}'),
      // A CloudEvent in binary mode has all of its headers or none: half of them is not valid.
      headers: {
        ...Object.fromEntries(headers.filter(([name]) => !name.startsWith('ce-'))),
        ...(body && { 'Content-Type': body.type }),
      },
      ...(body && { body: JSON.stringify(body.value) }),
    }));
}

/** Requests for every operation of a document: half of them valid, the others nearly so or hostile. */
export function requestsOf({ paths, components: { schemas } }: ApiDescription): Arbitrary<FuzzRequest> {
  const operations = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => {
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

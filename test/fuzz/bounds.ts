import fc, { type Arbitrary } from 'fast-check';
import { validatorOf } from '../../apps/gateway/src/testing/json-schema';
import type { ApiDescription, Parameter } from './requests';
import { valuesOf, type Schema, type Schemas } from './schema';

/** A value that breaks one bound of its schema, and the path of what breaks it. */
interface Broken {
  readonly value: unknown;
  readonly path: readonly string[];
}

/** A request that breaks one bound of the document. */
export interface BrokenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** What the answer has to name; undefined for a path that leads nowhere. */
  readonly names: string | undefined;
}

const WRONG = [true, 5, 'not this', '', {}, [], ['not this'], { key: 5 }];
const TEXTS = ['not this', '\u0007', '-1', '0.0000001', '1000000000000', '2026-02-30T00:00:00Z'];
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Values that may break a bound of a schema of one type. */
function candidates(schema: Schema): unknown[] {
  const { minimum, exclusiveMinimum, maximum, exclusiveMaximum, multipleOf, minLength, maxLength } = schema;
  return [
    ...WRONG,
    ...TEXTS,
    ...(minimum === undefined ? [] : [minimum - 1]),
    ...(exclusiveMinimum === undefined ? [] : [exclusiveMinimum]),
    ...(maximum === undefined ? [] : [maximum + 1]),
    ...(exclusiveMaximum === undefined ? [] : [exclusiveMaximum]),
    ...(multipleOf === undefined ? [] : [multipleOf / 2]),
    ...(minLength === undefined ? [] : ['']),
    ...(maxLength === undefined ? [] : ['a'.repeat(maxLength + 1), '1'.repeat(maxLength + 1)]),
  ];
}

/** Breaks values by the schemas of a document. */
export class Breaker {
  readonly #schemas: Schemas;
  readonly isValid: (schema: Schema, value: unknown) => boolean;

  constructor(description: ApiDescription) {
    this.#schemas = description.components.schemas;
    this.isValid = validatorOf(description.components);
  }

  resolved(schema: Schema): Schema {
    const name = schema.$ref?.split('/').at(-1);
    return name === undefined ? schema : (this.#schemas[name] ?? {});
  }

  /** A valid value that has every property. */
  whole(schema: Schema): Arbitrary<unknown> {
    const { properties, anyOf } = this.resolved(schema);
    if (anyOf !== undefined && properties === undefined)
      return fc.oneof(...anyOf.map((one) => this.whole(one)));
    if (properties === undefined) return valuesOf(schema, this.#schemas);
    const fields = Object.entries(properties).map(([name, field]) => [name, this.whole(field)] as const);
    return fc.record(Object.fromEntries(fields), { noNullPrototype: true });
  }

  /** Every way to break one bound of a valid value. */
  breaks(schema: Schema, value: unknown): Broken[] {
    const own = this.resolved(schema);
    const { anyOf = [own] } = own;
    const alternatives = anyOf.map((one) => this.resolved(one));
    const here = alternatives
      .flatMap(candidates)
      .map((one): Broken => ({ value: one, path: [] }))
      .filter((broken) => !this.isValid(schema, broken.value));
    const inside = alternatives.filter((one) => isObject(value) && this.isValid(one, value));
    return [...here, ...inside.flatMap((one) => this.#inside(one, value as Record<string, unknown>))];
  }

  #inside({ properties = {}, required = [], ...more }: Schema, value: Record<string, unknown>): Broken[] {
    const without = (name: string) =>
      Object.fromEntries(Object.entries(value).filter(([other]) => other !== name));
    return [
      ...required.map((name) => ({ value: without(name), path: [name] })),
      ...(more.additionalProperties === false
        ? [{ value: { ...value, surplus: 1 }, path: ['surplus'] }]
        : []),
      ...Object.entries(properties).flatMap(([name, field]) =>
        name in value
          ? this.breaks(field, value[name]).map((broken) => ({
              value: { ...value, [name]: broken.value },
              path: [name, ...broken.path],
            }))
          : [],
      ),
    ];
  }
}

const PRODUCT = 'lamp';

/** The ways to put an event into a body; `at` is where it then is. */
const WRAPPERS = [
  { type: 'application/json', at: '', wrap: (event: unknown) => event },
  {
    type: 'application/json',
    at: '[1].',
    wrap: (event: unknown) => [{ eventType: 'productReceived', quantity: 1, productId: PRODUCT }, event],
  },
  {
    type: 'application/json',
    at: 'detail.ProductEvent.',
    wrap: (event: unknown) => ({ version: '0', id: 'delivery', detail: { ProductEvent: event } }),
  },
];

/** The addresses that take events; in an act each event names its product. */
const TARGETS = [`/products/${PRODUCT}/events`, '/events'];

/** Appends whose body breaks one bound. */
function brokenBodies(breaker: Breaker, schemas: Schemas): Arbitrary<BrokenRequest> {
  const events = (schemas['Event']?.anyOf ?? []).flatMap((schema) =>
    WRAPPERS.map((wrapper) => ({ schema, ...wrapper })),
  );
  const clouds = (schemas['CloudEvent']?.anyOf ?? []).map((schema) => ({
    schema,
    type: 'application/cloudevents+json',
    at: '',
    wrap: (event: unknown) => event,
  }));
  return fc
    .constantFrom(...events, ...clouds)
    .chain((how) =>
      fc.tuple(fc.constant(how), breaker.whole(how.schema), fc.nat(), fc.constantFrom(...TARGETS)),
    )
    .map(([{ schema, type, at, wrap }, made, choice, target]) => {
      const value = { ...(made as Record<string, unknown>), targetEventId: 'delivery-1' } as Record<
        string,
        unknown
      >;
      for (const name of ['productId', 'subject']) if (name in value) value[name] = PRODUCT;
      if (!('targetEventId' in (breaker.resolved(schema).properties ?? {}))) delete value['targetEventId'];
      const all = breaker.breaks(schema, value).filter(({ path }) => path.length > 0);
      const broken = all[choice % all.length];
      if (broken === undefined) throw new Error(`not valid by its schema: ${JSON.stringify(value)}`);
      return {
        method: 'POST',
        path: target,
        query: 'dryRun=true',
        headers: { 'Content-Type': type },
        body: JSON.stringify(wrap(broken.value)),
        names: `${at}${broken.path.join('.')}`,
      };
    });
}

/** Texts that a parameter of this schema does not take. */
function brokenTexts({ name, in: place, schema }: Parameter, breaker: Breaker): string[] {
  const { type, format, items } = schema;
  const texts = candidates(schema).filter((one) => typeof one === 'string' || typeof one === 'number');
  const read = (text: string): unknown => {
    if (type === 'integer') return /^\d+$/.test(text) ? Number(text) : text;
    if (type === 'boolean') return text === 'true' || text === 'false' ? text === 'true' : text;
    return items === undefined ? text : text.split(',');
  };
  return (
    texts
      .map(String)
      .filter((text) => !breaker.isValid(schema, read(text)))
      .filter((text) => place !== 'path' || text !== '')
      // A header without a value is none, and a client of HTTP sends no control character in one.
      .filter((text) => place !== 'header' || /^[!-~]/.test(text) || format !== undefined)
      .filter((text) => place !== 'header' || (text !== '' && !name.startsWith('ce-')))
  );
}

/** Requests with one parameter that breaks its bound. */
function brokenParameters(breaker: Breaker, { paths }: ApiDescription): Arbitrary<BrokenRequest>[] {
  return Object.entries(paths).flatMap(([template, item]) =>
    Object.entries(item).flatMap(([method, { parameters = [] }]) =>
      parameters.flatMap((parameter) => {
        const texts = brokenTexts(parameter, breaker);
        if (texts.length === 0) return [];
        return [fc.constantFrom(...texts).map((text) => parameterRequest(template, method, parameter, text))];
      }),
    ),
  );
}

function parameterRequest(
  template: string,
  method: string,
  parameter: Parameter,
  text: string,
): BrokenRequest {
  const { in: place, name } = parameter;
  const value = (known: string) => encodeURIComponent(place === 'path' ? text : known);
  const isPost = method === 'post';
  const leadsNowhere = name === 'slug' || name === 'name';
  return {
    method: method.toUpperCase(),
    path: template.replace(/\{(\w+)\}/, (_, one: string) => value(one === 'productId' ? PRODUCT : one)),
    query: place === 'query' ? new URLSearchParams([[name, text]]).toString() : '',
    headers: {
      ...(place === 'header' && { [name]: text }),
      ...(isPost && { 'Content-Type': 'application/json' }),
    },
    ...(isPost && {
      body: JSON.stringify({ eventType: 'productReceived', quantity: '1', productId: PRODUCT }),
    }),
    names: leadsNowhere ? undefined : name,
  };
}

/** Requests that break one bound of the document each. */
export function brokenRequestsOf(description: ApiDescription): Arbitrary<BrokenRequest> {
  const breaker = new Breaker(description);
  const parameters = brokenParameters(breaker, description);
  return fc.oneof(
    { weight: 3, arbitrary: brokenBodies(breaker, description.components.schemas) },
    { weight: 1, arbitrary: fc.oneof(...parameters) },
  );
}

import fc, { type Arbitrary } from 'fast-check';

/** A JSON schema as OpenAPI 3.1 has it, as far as the document uses it. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly multipleOf?: number;
  readonly maximum?: number;
  readonly pattern?: string;
  readonly format?: string;
  readonly examples?: readonly unknown[];
}

export type Schemas = Readonly<Record<string, Schema>>;

const LONGEST_LIST = 4;
const YEAR = {
  min: new Date('2026-01-01T00:00:00Z'),
  max: new Date('2027-01-01T00:00:00Z'),
  noInvalidDate: true,
};

/** Product ids, whose pattern looks ahead: no text can be generated from it. Few, so that requests meet. */
export const PRODUCTS = ['lamp', 'A-1', '0', 'a.b_c-d', 'Größe 4/5 +', 'x'.repeat(128)];

function texts({ format, pattern, minLength = 0, maxLength = 24 }: Schema): Arbitrary<unknown> {
  if (format === 'date-time') return fc.date(YEAR).map((date) => date.toISOString());
  if (format === 'date') return fc.date(YEAR).map((date) => date.toISOString().slice(0, 10));
  if (pattern === undefined) return fc.string({ minLength: 1, maxLength: 12 });
  if (pattern.endsWith(String.raw`:\d{1,12}$`))
    return fc.tuple(fc.constantFrom(...PRODUCTS), fc.nat(99)).map((parts) => parts.join(':'));
  if (pattern.includes('(?!')) return fc.constantFrom(...PRODUCTS);
  if (pattern.endsWith(' GMT$')) return fc.date(YEAR).map((date) => date.toUTCString());
  const fits = (text: string): boolean => [...text].length >= minLength && [...text].length <= maxLength;
  return fc.stringMatching(new RegExp(pattern, 'u'), { maxLength: Math.min(maxLength, 24) }).filter(fits);
}

/** Decimals of at most six places, as the schema of a quantity bounds them. */
const decimals = fc.oneof(
  fc.integer({ min: 1, max: 10_000_000 }).map((millionths) => Number((millionths / 1e6).toFixed(6))),
  fc.integer({ min: 1, max: 1e12 }).map((millionths) => Number((millionths / 1e6).toFixed(6))),
  fc.integer({ min: 1e10, max: 1e12 - 1 }),
);

function typed(schema: Schema, type: string, schemas: Schemas): Arbitrary<unknown> {
  const { minimum = 0, maximum = 1_000_000 } = schema;
  switch (type) {
    case 'string':
      return texts(schema);
    case 'integer':
      return fc.integer({ min: minimum, max: Math.min(maximum, minimum + 300) });
    case 'number':
      return decimals;
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array': {
      const { items = {}, minItems = 0, maxItems = LONGEST_LIST } = schema;
      return fc.array(valuesOf(items, schemas), {
        minLength: minItems,
        maxLength: Math.min(maxItems, Math.max(minItems, LONGEST_LIST)),
      });
    }
    default:
      return objects(schema, schemas);
  }
}

function objects(schema: Schema, schemas: Schemas): Arbitrary<unknown> {
  const { properties = {}, required = [], additionalProperties } = schema;
  const fields = Object.fromEntries(
    Object.entries(properties).map(([name, field]) => [name, valuesOf(field, schemas)]),
  );
  const record = fc.record(fields, { requiredKeys: required.filter((name) => name in fields) });
  if (typeof additionalProperties !== 'object') return record;
  const more = fc.dictionary(
    fc.string({ minLength: 1, maxLength: 8 }),
    valuesOf(additionalProperties, schemas),
    {
      maxKeys: 3,
      noNullPrototype: true,
    },
  );
  return fc.tuple(more, record).map(([extra, own]) => ({ ...extra, ...own }));
}

/** An object that has at least one of some properties. */
function withOneOf(
  { required = [], ...schema }: Schema,
  needed: readonly Schema[],
  schemas: Schemas,
): Arbitrary<unknown> {
  return fc.oneof(
    ...needed.map((one) => objects({ ...schema, required: [...required, ...(one.required ?? [])] }, schemas)),
  );
}

/** Objects that all of some schemas allow: of the first, with whatever the others add to it or require of it. */
function ofAll([first = {}, ...others]: readonly Schema[], schemas: Schemas): Arbitrary<unknown> {
  // What another schema allows besides its own properties, the first one may not.
  const closed = others.map(({ additionalProperties, ...one }) => one);
  const parts = [first, ...closed].map((one) => valuesOf(one, schemas));
  return fc.tuple(...parts).map((values) => Object.assign({}, ...values) as unknown);
}

/** Values that a schema allows; where it has examples, mostly one of these. */
export function valuesOf(schema: Schema, schemas: Schemas): Arbitrary<unknown> {
  const needed = schema.allOf?.[0]?.anyOf;
  if (needed !== undefined) return withOneOf(schema, needed, schemas);
  if (schema.allOf !== undefined) return ofAll(schema.allOf, schemas);
  const { $ref: reference, enum: values, const: only, anyOf, oneOf = anyOf, type, examples = [] } = schema;
  if (reference !== undefined) return valuesOf(schemas[reference.split('/').at(-1) ?? ''] ?? {}, schemas);
  if (only !== undefined) return fc.constant(only);
  if (values !== undefined) return fc.constantFrom(...values);
  const made =
    oneOf !== undefined
      ? fc.oneof(...oneOf.map((one) => valuesOf(one, schemas)))
      : type === undefined
        ? fc.jsonValue({ maxDepth: 2 })
        : fc.oneof(...[type].flat().map((one) => typed(schema, one, schemas)));
  return examples.length === 0
    ? made
    : fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...examples) }, { weight: 1, arbitrary: made });
}

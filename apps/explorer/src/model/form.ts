import { valueText } from './values';

/** The form for every event type, made from the OpenAPI document: a type added to the domain appears by itself. */

/** As much of JSON Schema as the document uses. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly description?: string;
  readonly maxLength?: number;
}

export interface ApiDocument {
  readonly components?: { readonly schemas?: Readonly<Record<string, Schema>> };
}

export type Kind =
  | 'decimal'
  | 'money'
  | 'text'
  | 'integer'
  | 'time'
  | 'choice'
  | 'flag'
  | 'target'
  | 'replacement'
  | 'lines'
  | 'pairs';

export interface Field {
  readonly name: string;
  readonly label: string;
  readonly kind: Kind;
  readonly required: boolean;
  /** An empty value may be sent as null, which clears what is set. */
  readonly nullable: boolean;
  readonly help: string | undefined;
  readonly options: readonly string[];
  readonly maxLength: number | undefined;
  /** What a replacement may be. */
  readonly forms: readonly EventForm[];
}

export interface EventForm {
  readonly eventType: string;
  readonly title: string;
  readonly summary: string;
  /** The fields of the type. */
  readonly fields: readonly Field[];
  /** Those that every type has. */
  readonly context: readonly Field[];
}

/** What the page fills in by itself. */
const IMPLIED = new Set(['eventId', 'eventType', 'eventCategory', 'productId', 'schemaVersion']);
const CONTEXT = new Set(['effectiveAt', 'correlationId', 'causationId', 'source', 'metadata', 'reason']);

/** `unitPrice` as `unit price`. */
export const inWords = (name: string): string => name.replace(/([a-z\d])([A-Z])/g, '$1 $2').toLowerCase();

export const titleOf = (name: string): string => inWords(name).replace(/^./, (first) => first.toUpperCase());

type Resolve = (schema: Schema) => Schema;

const resolving =
  ({ components }: ApiDocument): Resolve =>
  (schema) => {
    const name = schema.$ref?.split('/').at(-1);
    const found = name === undefined ? undefined : components?.schemas?.[name];
    return found === undefined
      ? schema
      : { ...found, ...(schema.description && { description: schema.description }) };
  };

const branchesOf = ({ anyOf, oneOf }: Schema): readonly Schema[] => anyOf ?? oneOf ?? [];
const isType = ({ type }: Schema, name: string): boolean =>
  type === name || (Array.isArray(type) && type.includes(name));

function kindOf(name: string, schema: Schema, branches: readonly Schema[]): Kind {
  const some = (type: string) => [schema, ...branches].some((one) => isType(one, type));
  if (name === 'targetEventId') return 'target';
  if (branches.some(({ properties }) => properties?.['eventType'])) return 'replacement';
  if ([schema, ...branches].some(({ properties }) => properties?.['currency'])) return 'money';
  if (schema.enum) return 'choice';
  if (schema.format === 'date-time') return 'time';
  if (some('boolean')) return 'flag';
  if (some('integer')) return 'integer';
  if (some('number')) return 'decimal';
  if (some('array')) return 'lines';
  return some('object') ? 'pairs' : 'text';
}

function fieldOf(name: string, given: Schema, required: boolean, resolve: Resolve): Field {
  const outer = resolve(given);
  const branches = branchesOf(outer).map(resolve);
  const values = branches.filter((branch) => !isType(branch, 'null'));
  const nullable = values.length < branches.length;
  // A value or null is the value; a value in several forms stays as it is.
  const [only] = values;
  const inner = nullable && values.length === 1 && only ? only : outer;
  const parts = inner === outer ? values : branchesOf(inner).map(resolve);
  const kind = kindOf(name, inner, parts);
  return {
    ...{ name, kind, required, nullable },
    label: inWords(name),
    help: outer.description ?? inner.description,
    options: (inner.enum ?? []).map(String),
    maxLength: inner.maxLength,
    forms: kind === 'replacement' ? parts.flatMap((part) => formOf(part, resolve) ?? []) : [],
  };
}

function formOf(schema: Schema, resolve: Resolve): EventForm | undefined {
  const { properties = {}, required = [], description = '' } = schema;
  const eventType = properties['eventType']?.const;
  if (typeof eventType !== 'string') return undefined;
  const fields = Object.entries(properties)
    .filter(([name]) => !IMPLIED.has(name))
    .map(([name, given]) => fieldOf(name, given, required.includes(name), resolve));
  const isContext = ({ name, required: isRequired }: Field) => CONTEXT.has(name) && !isRequired;
  return {
    eventType,
    title: titleOf(eventType),
    summary: description,
    fields: [
      ...fields.filter((field) => !isContext(field) && field.required),
      ...fields.filter((field) => !isContext(field) && !field.required),
    ],
    context: fields.filter(isContext),
  };
}

/** Those that change stock come first, in the order of the document. */
export function formsOf(document: ApiDocument): EventForm[] {
  const resolve = resolving(document);
  const types = branchesOf(document.components?.schemas?.['Event'] ?? {}).map(resolve);
  const forms = types.flatMap((type) => formOf(type, resolve) ?? []);
  const isCorrection = ({ fields }: EventForm) => fields.some(({ kind }) => kind === 'target');
  return [...forms.filter((form) => !isCorrection(form)), ...forms.filter(isCorrection)];
}

/** What was typed, by field. A replacement is the draft of another event. */
export interface Draft {
  readonly eventType: string;
  readonly values: Readonly<Record<string, string | Draft>>;
  /** The fields to clear. */
  readonly cleared: readonly string[];
}

export const draftOf = (eventType: string, values: Draft['values'] = {}): Draft => ({
  eventType,
  values,
  cleared: [],
});

const linesOf = (text: string): string[] => text.split('\n').filter((line) => line.trim() !== '');

function pairsOf(text: string): Record<string, string> {
  const pairs = linesOf(text).map((line) => {
    const [name = '', ...value] = line.split('=');
    return [name.trim(), value.join('=').trim()] as const;
  });
  return Object.fromEntries(pairs);
}

/** `4.50 EUR` with its currency; all else as it was typed. */
function moneyOf(text: string): unknown {
  const [, amount, currency] = /^([\d.]+) ?([A-Z]{3})$/.exec(text) ?? [];
  return currency === undefined ? text : { amount, currency };
}

function valueOf({ kind, forms }: Field, value: string | Draft): unknown {
  if (typeof value !== 'string') return eventOf(forms, value);
  const text = value.trim();
  if (text === '') return undefined;
  if (kind === 'integer') return Number(text);
  if (kind === 'flag') return text === 'true';
  if (kind === 'lines') return linesOf(text);
  if (kind === 'money') return moneyOf(text);
  return kind === 'pairs' ? pairsOf(text) : text;
}

/** The event as it is sent. Empty fields are left out. */
export function eventOf(
  forms: readonly EventForm[],
  { eventType, values, cleared }: Draft,
): Record<string, unknown> {
  const form = forms.find((one) => one.eventType === eventType);
  const event: Record<string, unknown> = { eventType };
  for (const field of [...(form?.fields ?? []), ...(form?.context ?? [])]) {
    const value = cleared.includes(field.name) ? null : valueOf(field, values[field.name] ?? '');
    if (value !== undefined) event[field.name] = value;
  }
  return event;
}

/** Whether everything that the type requires is filled in: only then is the server asked. */
export function isComplete(forms: readonly EventForm[], draft: Draft): boolean {
  const form = forms.find(({ eventType }) => eventType === draft.eventType);
  const event = eventOf(forms, draft);
  const missing = (form?.fields ?? []).some((field) => {
    const value = draft.values[field.name];
    if (typeof value === 'object') return !isComplete(field.forms, value);
    return field.required && event[field.name] === undefined;
  });
  return form !== undefined && !missing && Object.keys(event).length > 1;
}

/** A draft that says what an event says, to be corrected. */
export function draftFrom(content: Readonly<Record<string, unknown>>): Draft {
  const values = Object.entries(content).flatMap(([name, value]) => {
    if (IMPLIED.has(name) || value === null || value === undefined) return [];
    return [[name, valueText(value)] as const];
  });
  return draftOf(valueText(content['eventType']), Object.fromEntries(values));
}

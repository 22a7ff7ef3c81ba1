import * as z from 'zod';
import { didYouMean } from './did-you-mean';
import type { EventType } from './event-type';
import { contextFields, eventId, productId } from './fields';
import type { Registry } from './registry';
import { moment } from './time';
import type { ProductEvent } from './types';

/** An append carries 1 to this many events. */
export const BATCH_LIMIT = 25;

/**
 * The path of the error in the input (`quantity`, `[3].unitPrice.currency`; empty: the whole input), and the
 * reason.
 */
export interface InputError {
  readonly path: string;
  readonly message: string;
  /** The product of the event, if a request has events of several products. */
  readonly productId?: string;
}

/** `unknownType` is set if the only error is a type outside the registry. */
export interface Refused {
  readonly ok: false;
  readonly errors: readonly InputError[];
  readonly unknownType?: string;
}

export type Parsed =
  { readonly ok: true; readonly productId: string; readonly events: readonly ProductEvent[] } | Refused;

export interface ParseOptions {
  /** From the URL; absent: the events name it. */
  readonly productId?: string;
  /** Generates an id for an event that has none. */
  readonly newId: () => string;
}

/** One event, unwrapped from its envelope. */
export interface SentEvent {
  readonly event: unknown;
  /** Its path in the input; empty: it is the whole input. */
  readonly path: string;
  /** The paths of fields that were sent under another name or elsewhere in the request. */
  readonly fieldPaths?: ReadonlyMap<string, string>;
}

type Fields = Record<string, unknown>;
/** Validated, but without the fields that the request adds: the product id and the event id. */
type Unnamed = Omit<ProductEvent, 'eventId' | 'productId'> & {
  readonly eventId?: string;
  readonly productId?: string;
};
type Result =
  { readonly event: Unnamed } | { readonly errors: readonly InputError[]; readonly unknownType?: string };

/** The fields of every event. */
const envelopeOf = (type: EventType) => ({
  eventType: z.literal(type.name),
  effectiveAt: moment.optional(),
  schemaVersion: z
    .literal(type.schemaVersion, {
      error: `must be ${type.schemaVersion}, the version of ${type.name} that is written today`,
    })
    .default(type.schemaVersion),
});

/** One cached schema per type: creating a schema takes far longer than validating an event with it. */
function oncePerType<T>(make: (type: EventType) => T): (type: EventType) => T {
  const made = new WeakMap<EventType, T>();
  return (type) => {
    const schema = made.get(type) ?? make(type);
    made.set(type, schema);
    return schema;
  };
}

/**
 * For the OpenAPI document: at least one of these fields is required. Type generators interpret an `anyOf`
 * next to `properties` as a union with any type; within `allOf` they treat it as a condition.
 */
export const oneOfThese = ({ oneOf }: EventType) =>
  oneOf === undefined ? {} : { allOf: [{ anyOf: oneOf.map((name) => ({ required: [name] })) }] };

/** Returns an error if the type requires at least one of several fields and the event has none of them. */
function withoutAny({ oneOf }: EventType, content: Fields, path: string): InputError[] {
  if (oneOf === undefined || oneOf.some((name) => content[name] !== undefined)) return [];
  return [{ path, message: `must have at least one of ${oneOf.join(', ')}` }];
}

/** The input schema of one type: the flat event; unknown fields are rejected. */
export const eventSchema = oncePerType((type) =>
  z.strictObject({
    eventId: eventId.optional(),
    ...envelopeOf(type),
    eventCategory: z.literal('inventory', { error: 'must be "inventory"' }).default('inventory'),
    productId: productId.optional(),
    ...contextFields,
    ...type.schema.shape,
  }),
);

/** The schema of a correction's replacement for its target. */
export const replacementSchema = oncePerType((type) =>
  z.strictObject({ ...envelopeOf(type), ...type.schema.shape }),
);

const pathOf = (prefix: string, path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (text, key) =>
      typeof key === 'number' ? `${text}[${key}]` : text === '' ? String(key) : `${text}.${String(key)}`,
    prefix,
  );

/** The path of an event's field in the input. */
export function placeIn({ path, fieldPaths }: SentEvent, field: readonly PropertyKey[]): string {
  const [first, ...rest] = field;
  const own = typeof first === 'string' ? fieldPaths?.get(first) : undefined;
  return own === undefined ? pathOf(path, field) : pathOf(own, rest);
}

function errorsOf(
  issues: readonly z.core.$ZodIssue[],
  sent: SentEvent,
  { name, schema }: { readonly name: string; readonly schema: z.ZodObject },
): InputError[] {
  const fields = Object.keys(schema.shape);
  return issues.flatMap((issue): InputError[] => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        path: placeIn(sent, [...issue.path, key]),
        message: `is not a field of ${name}${didYouMean(key, fields)}`,
      }));
    }
    const missing = issue.code !== 'custom' && issue.input === undefined;
    return [{ path: placeIn(sent, issue.path), message: missing ? 'is required' : issue.message }];
  });
}

const isRecord = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parseReplacement(
  registry: Registry,
  input: unknown,
  path: string,
): { value: Fields } | { errors: InputError[] } {
  if (!isRecord(input)) return { errors: [{ path, message: 'must be the content of an event, an object' }] };
  const name = input['eventType'];
  const type = typeof name === 'string' ? registry.get(name) : undefined;
  if (type?.kind !== 'change') {
    const known = registry.types.filter(({ kind }) => kind === 'change').map((known) => known.name);
    return { errors: [{ path: `${path}.eventType`, message: `must be one of ${known.join(', ')}` }] };
  }
  const schema = replacementSchema(type);
  const parsed = schema.safeParse(input, { reportInput: true });
  const errors = [
    ...errorsOf(parsed.error?.issues ?? [], { event: input, path }, { name: type.name, schema }),
    ...withoutAny(type, input, path),
  ];
  return parsed.success && errors.length === 0 ? { value: parsed.data } : { errors };
}

function unknownType(registry: Registry, name: unknown, sent: SentEvent): Result {
  const known = registry.types.map((type) => type.name);
  const meant = typeof name === 'string' ? didYouMean(name, known) : '';
  const message = `must be one of ${known.join(', ')}${meant}`;
  const errors = [{ path: placeIn(sent, ['eventType']), message }];
  return { errors, ...(typeof name === 'string' && { unknownType: name }) };
}

function parseEvent(registry: Registry, sent: SentEvent): Result {
  const { event: input, path } = sent;
  if (!isRecord(input)) return { errors: [{ path, message: 'must be an event, an object' }] };
  if (Object.hasOwn(input, '__proto__'))
    return { errors: [{ path: placeIn(sent, ['__proto__']), message: 'is not a field of an event' }] };
  const name = input['eventType'];
  const type = typeof name === 'string' ? registry.get(name) : undefined;
  if (type === undefined) return unknownType(registry, name, sent);
  const schema = eventSchema(type);
  const parsed = schema.safeParse(input, { reportInput: true });
  const replaces = type.kind === 'correction' && type.replaces && input['replacement'] !== undefined;
  const replacement = replaces
    ? parseReplacement(registry, input['replacement'], placeIn(sent, ['replacement']))
    : { value: undefined };
  // The schema of the replacement's own type describes it better than the correction's schema.
  const issues = (parsed.error?.issues ?? []).filter(
    ({ path: [first] }) => !replaces || first !== 'replacement',
  );
  const all = [
    ...errorsOf(issues, sent, { name: type.name, schema }),
    ...withoutAny(type, input, path),
    ...('errors' in replacement ? replacement.errors : []),
  ];
  if (!parsed.success || 'errors' in replacement || all.length > 0) return { errors: all };
  const { value } = replacement;
  return { event: { ...parsed.data, ...(value && { replacement: value }) } as unknown as Unnamed };
}

/** One product for all events: the one in the URL, or the one that the events name. */
function productOf(
  events: readonly Unnamed[],
  sent: readonly SentEvent[],
  options: ParseOptions,
): { readonly productId: string } | { readonly errors: readonly InputError[] } {
  const id = productId.optional().safeParse(options.productId);
  if (!id.success) return { errors: [{ path: 'productId', message: id.error.issues[0]?.message ?? '' }] };
  const product = id.data ?? events.find((event) => event.productId !== undefined)?.productId;
  if (product === undefined) return { errors: [{ path: 'productId', message: 'is required' }] };
  const message = `must be "${product}", as in the request`;
  const errors = sent.flatMap((one, index) => {
    const own = events[index]?.productId;
    return own === undefined || own === product ? [] : [{ path: placeIn(one, ['productId']), message }];
  });
  return errors.length > 0 ? { errors } : { productId: product };
}

const refused = (message: string): Refused => ({ ok: false, errors: [{ path: '', message }] });

/** Validates 1 to 25 events by themselves, whatever their products are. */
export function parseEach(
  registry: Registry,
  sent: readonly SentEvent[],
): { readonly ok: true; readonly events: readonly Unnamed[] } | Refused {
  if (sent.length === 0) return refused('must have at least one event');
  if (sent.length > BATCH_LIMIT)
    return refused(`must have at most ${BATCH_LIMIT} events, has ${sent.length}`);
  const results = sent.map((one) => parseEvent(registry, one));
  const errors = results.flatMap((result) => ('errors' in result ? result.errors : []));
  if (errors.length > 0) {
    const unknown = results.flatMap((result) => ('errors' in result ? [result.unknownType] : []));
    const only = unknown.every((name) => name !== undefined) ? unknown[0] : undefined;
    return { ok: false, errors, ...(only !== undefined && { unknownType: only }) };
  }
  return { ok: true, events: results.flatMap((result) => ('event' in result ? [result.event] : [])) };
}

/** Validates 1 to 25 events of one product and normalizes them, or returns every error. */
export function parseSent(registry: Registry, sent: readonly SentEvent[], options: ParseOptions): Parsed {
  const parsed = parseEach(registry, sent);
  if (!parsed.ok) return parsed;
  const { events } = parsed;
  const product = productOf(events, sent, options);
  if ('errors' in product) return { ok: false, errors: product.errors };
  const named = events.map((event) => {
    const identity = { eventId: event.eventId ?? options.newId(), productId: product.productId };
    return { ...event, ...identity } as ProductEvent;
  });
  return { ok: true, productId: product.productId, events: named };
}

/** The single input, or each element of an array with its path. */
export const inputsIn = (body: unknown): readonly SentEvent[] =>
  Array.isArray(body)
    ? body.map((event: unknown, index) => ({ event, path: `[${index}]` }))
    : [{ event: body, path: '' }];

/** Parses one flat event, or an array of 1 to 25. */
export const parseEvents = (registry: Registry, body: unknown, options: ParseOptions): Parsed =>
  parseSent(registry, inputsIn(body), options);

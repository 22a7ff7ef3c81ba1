import * as z from 'zod';
import { didYouMean } from './did-you-mean';
import type { EventType } from './event-type';
import { contextFields, eventId, printable, productId } from './fields';
import type { Registry } from './registry';
import { moment } from './time';
import type { ProductEvent } from './types';
import { unwrap } from './unwrap';

/** An append carries 1 to this many events. */
export const BATCH_LIMIT = 25;

/** Where the input is wrong (`quantity`, `[3].unitPrice.currency`; empty: the whole of it), and how. */
export interface InputError {
  readonly path: string;
  readonly message: string;
}

export type Parsed =
  | { readonly ok: true; readonly productId: string; readonly events: readonly ProductEvent[] }
  /** `unknownType` is set where nothing but a type outside the registry is wrong. */
  | { readonly ok: false; readonly errors: readonly InputError[]; readonly unknownType?: string };

export interface ParseOptions {
  /** From the URL; absent where the events name it. */
  readonly productId?: string;
  /** Names the events that carry no id: the key itself for one, `key:0`, `key:1` … for several. */
  readonly idempotencyKey?: string;
  /** Makes an id where neither the event nor the request names one. */
  readonly newId: () => string;
}

type Fields = Record<string, unknown>;
/** Validated, but for what the request adds: who it is about, and a name of its own. */
type Unnamed = Omit<ProductEvent, 'eventId' | 'productId'> & {
  readonly eventId?: string;
  readonly productId?: string;
};
type Result =
  { readonly event: Unnamed } | { readonly errors: readonly InputError[]; readonly unknownType?: string };

const placing = (type: EventType) => ({
  eventType: z.literal(type.name),
  effectiveAt: moment.optional(),
  schemaVersion: z
    .literal(type.schemaVersion, {
      error: `must be ${type.schemaVersion}, the version of ${type.name} that is written today`,
    })
    .default(type.schemaVersion),
});

/** One schema a type: to make one takes far longer than to check an event by it. */
function oncePerType<T>(make: (type: EventType) => T): (type: EventType) => T {
  const made = new WeakMap<EventType, T>();
  return (type) => {
    const schema = made.get(type) ?? make(type);
    made.set(type, schema);
    return schema;
  };
}

/** What a client may send for one type: the flat event, unknown fields refused. */
export const eventSchema = oncePerType((type) =>
  z.strictObject({
    eventId: eventId.optional(),
    ...placing(type),
    eventCategory: z.literal('inventory', { error: 'must be "inventory"' }).default('inventory'),
    productId: productId.optional(),
    ...type.schema.shape,
    ...contextFields,
  }),
);

/** What a correction may put in the place of its target. */
export const replacementSchema = oncePerType((type) =>
  z.strictObject({ ...placing(type), ...type.schema.shape }),
);

const pathOf = (prefix: string, path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (text, key) =>
      typeof key === 'number' ? `${text}[${key}]` : text === '' ? String(key) : `${text}.${String(key)}`,
    prefix,
  );

function errorsOf(
  issues: readonly z.core.$ZodIssue[],
  prefix: string,
  { name, schema }: { readonly name: string; readonly schema: z.ZodObject },
): InputError[] {
  const fields = Object.keys(schema.shape);
  return issues.flatMap((issue): InputError[] => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        path: pathOf(prefix, [...issue.path, key]),
        message: `is not a field of ${name}${didYouMean(key, fields)}`,
      }));
    }
    const missing = issue.code !== 'custom' && issue.input === undefined;
    return [{ path: pathOf(prefix, issue.path), message: missing ? 'is required' : issue.message }];
  });
}

const isRecord = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parseReplacement(
  registry: Registry,
  input: unknown,
  prefix: string,
): { value: Fields } | { errors: InputError[] } {
  const path = pathOf(prefix, ['replacement']);
  if (!isRecord(input)) return { errors: [{ path, message: 'must be the content of an event, an object' }] };
  const name = input['eventType'];
  const type = typeof name === 'string' ? registry.get(name) : undefined;
  if (type?.kind !== 'change') {
    const known = registry.types.filter(({ kind }) => kind === 'change').map((known) => known.name);
    return { errors: [{ path: `${path}.eventType`, message: `must be one of ${known.join(', ')}` }] };
  }
  const schema = replacementSchema(type);
  const parsed = schema.safeParse(input, { reportInput: true });
  return parsed.success
    ? { value: parsed.data }
    : { errors: errorsOf(parsed.error.issues, path, { name: type.name, schema }) };
}

function unknownType(registry: Registry, name: unknown, prefix: string): Result {
  const known = registry.types.map((type) => type.name);
  const meant = typeof name === 'string' ? didYouMean(name, known) : '';
  const message = `must be one of ${known.join(', ')}${meant}`;
  const errors = [{ path: pathOf(prefix, ['eventType']), message }];
  return { errors, ...(typeof name === 'string' && { unknownType: name }) };
}

function parseEvent(registry: Registry, input: unknown, prefix: string): Result {
  if (!isRecord(input)) return { errors: [{ path: prefix, message: 'must be an event, an object' }] };
  if (Object.hasOwn(input, '__proto__')) {
    return { errors: [{ path: pathOf(prefix, ['__proto__']), message: 'is not a field of an event' }] };
  }
  const name = input['eventType'];
  const type = typeof name === 'string' ? registry.get(name) : undefined;
  if (type === undefined) return unknownType(registry, name, prefix);
  const schema = eventSchema(type);
  const parsed = schema.safeParse(input, { reportInput: true });
  const replaces = type.kind === 'correction' && type.replaces && input['replacement'] !== undefined;
  const replacement = replaces
    ? parseReplacement(registry, input['replacement'], prefix)
    : { value: undefined };
  // What a replacement must be, its own type says better than the correction's schema.
  const issues = (parsed.error?.issues ?? []).filter(
    ({ path: [first] }) => !replaces || first !== 'replacement',
  );
  const all = [
    ...errorsOf(issues, prefix, { name: type.name, schema }),
    ...('errors' in replacement ? replacement.errors : []),
  ];
  if (!parsed.success || 'errors' in replacement) return { errors: all };
  const { value } = replacement;
  return { event: { ...parsed.data, ...(value && { replacement: value }) } as unknown as Unnamed };
}

const keySchema = printable(128);

function idFor(event: Unnamed, index: number, count: number, options: ParseOptions): string {
  const { idempotencyKey, newId } = options;
  if (event.eventId !== undefined) return event.eventId;
  if (idempotencyKey === undefined) return newId();
  return count === 1 ? idempotencyKey : `${idempotencyKey}:${index}`;
}

/** One product for all events: the URL's, or the one that they name. */
function productOf(
  events: readonly Unnamed[],
  prefixes: readonly string[],
  options: ParseOptions,
): { readonly productId: string } | { readonly errors: readonly InputError[] } {
  const id = productId.optional().safeParse(options.productId);
  if (!id.success) return { errors: [{ path: 'productId', message: id.error.issues[0]?.message ?? '' }] };
  const product = id.data ?? events.find((event) => event.productId !== undefined)?.productId;
  if (product === undefined) return { errors: [{ path: 'productId', message: 'is required' }] };
  const message = `must be "${product}", as in the request`;
  const errors = events.flatMap((event, index) =>
    event.productId === undefined || event.productId === product
      ? []
      : [{ path: pathOf(prefixes[index] ?? '', ['productId']), message }],
  );
  return errors.length > 0 ? { errors } : { productId: product };
}

/**
 * Reads what a client sent: one event or an array of 1 to 25, each flat, in the EventBridge envelope or a
 * CloudEvent. Answers validated, normalised events of one product, or every error.
 */
export function parseEvents(registry: Registry, body: unknown, options: ParseOptions): Parsed {
  const inputs = Array.isArray(body) ? (body as unknown[]) : [body];
  if (inputs.length === 0)
    return { ok: false, errors: [{ path: '', message: 'must have at least one event' }] };
  if (inputs.length > BATCH_LIMIT) {
    return {
      ok: false,
      errors: [{ path: '', message: `must have at most ${BATCH_LIMIT} events, has ${inputs.length}` }],
    };
  }
  if (options.idempotencyKey !== undefined && !keySchema.safeParse(options.idempotencyKey).success) {
    return {
      ok: false,
      errors: [{ path: 'idempotencyKey', message: 'must have 1 to 128 printable characters' }],
    };
  }
  const unwrapped = inputs.map((input, index) => unwrap(input, Array.isArray(body) ? `[${index}]` : ''));
  const results = unwrapped.map(({ event, prefix }) => parseEvent(registry, event, prefix));
  const errors = results.flatMap((result) => ('errors' in result ? result.errors : []));
  if (errors.length > 0) {
    const unknown = results.flatMap((result) => ('errors' in result ? [result.unknownType] : []));
    const only = unknown.every((name) => name !== undefined) ? unknown[0] : undefined;
    return { ok: false, errors, ...(only !== undefined && { unknownType: only }) };
  }
  const events = results.flatMap((result) => ('event' in result ? [result.event] : []));
  const product = productOf(
    events,
    unwrapped.map(({ prefix }) => prefix),
    options,
  );
  if ('errors' in product) return { ok: false, errors: product.errors };
  const named = events.map((event, index): ProductEvent => {
    return {
      ...event,
      eventId: idFor(event, index, events.length, options),
      productId: product.productId,
    } as ProductEvent;
  });
  if (named.some((event) => !eventId.safeParse(event.eventId).success)) {
    return {
      ok: false,
      errors: [{ path: 'idempotencyKey', message: 'is too long to name every event of the batch' }],
    };
  }
  return { ok: true, productId: product.productId, events: named };
}

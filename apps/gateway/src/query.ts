import { zonedTimes, type FieldError, type Refuse } from '@hindsight/api';
import { didYouMean } from '@hindsight/domain';
import type { z } from 'zod';
import { malformed } from './problems';

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}

/** The raw query of a request target, without the question mark. */
function queryOf(url: string): string {
  const [target = ''] = url.split('#', 1);
  const mark = target.indexOf('?');
  return mark < 0 ? '' : target.slice(mark + 1);
}

function hint(name: string, known: readonly string[]): string {
  const meant = didYouMean(name, known);
  if (meant !== '') return `is not a query parameter here${meant}`;
  if (known.length === 0) return 'is not a query parameter here: this address takes none';
  return `is not a query parameter here: there are ${known.join(', ')}`;
}

/** The values of the known parameters by name; mistakes are reported to `refuse`. */
function valuesOf(url: string, known: readonly string[], refuse: Refuse): Map<string, string[]> {
  const values = new Map<string, string[]>();
  for (const pair of queryOf(url).split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = decode(equals < 0 ? pair : pair.slice(0, equals));
    const value = decode(equals < 0 ? '' : pair.slice(equals + 1));
    if (name === undefined || value === undefined) refuse(name ?? '', 'is not valid percent-encoding');
    else if (known.includes(name)) values.set(name, [...(values.get(name) ?? []), value]);
    else refuse(name, hint(name, known));
  }
  return values;
}

const isList = (schema: z.core.$ZodType): boolean => {
  const { innerType, in: input } = schema._zod.def as { innerType?: z.core.$ZodType; in?: z.core.$ZodType };
  const inside = innerType ?? input;
  return schema._zod.def.type === 'array' || (inside !== undefined && isList(inside));
};

/** The valid parameters by name. */
function parsedBy(schema: z.ZodObject, url: string, refuse: Refuse): Record<string, unknown> {
  const values = valuesOf(url, Object.keys(schema.shape), refuse);
  const read: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(schema.shape) as [string, z.ZodType][]) {
    const given = values.get(name);
    if (given !== undefined && given.length > 1 && !isList(field)) refuse(name, 'is given more than once');
    else {
      const parsed = field.safeParse(isList(field) ? given?.flatMap((text) => text.split(',')) : given?.[0]);
      if (!parsed.success) refuse(name, parsed.error.issues[0]?.message ?? 'is not valid');
      else if (parsed.data !== undefined) read[name] = parsed.data;
    }
  }
  return read;
}

interface ReadOptions<S extends z.ZodObject> {
  readonly rules?: (query: Partial<z.output<S>>, refuse: Refuse) => void;
  readonly timeZone?: string;
}

/**
 * Parses the query parameters of a request by their schema. Unknown parameters are refused: a mistyped `asOf`
 * must not return the current state. A parameter whose schema is a list may be repeated or contain several
 * values separated by commas.
 * @param url the request target
 * @param how `rules`: checks across parameters, applied to those that are valid; `timeZone`: of dates without a time, if
 * the query has no `tz`
 * @throws Problem malformed-request, with every mistake
 */
export function readQuery<S extends z.ZodObject>(
  url: string,
  schema: S,
  { rules, timeZone = 'UTC' }: ReadOptions<S> = {},
): z.output<S> {
  const errors: FieldError[] = [];
  const refuse: Refuse = (path, message) => void errors.push({ path, message });
  const query = zonedTimes(schema.shape, parsedBy(schema, url, refuse), timeZone);
  rules?.(query as Partial<z.output<S>>, refuse);
  if (errors.length > 0) throw malformed(errors);
  return query as z.output<S>;
}

import { isExactDecimal, type Registry } from '@hindsight/domain';
import { isSafeNumber, parse } from 'lossless-json';
import type { z } from 'zod';
import { malformed } from './problems';

/** A number literal as written. */
class Literal {
  constructor(readonly text: string) {}
}

export interface JsonOptions {
  /** Maximum nesting of arrays and objects. */
  readonly depthLimit: number;
  /** Fields whose numbers are exact decimals. */
  readonly decimalFields: ReadonlySet<string>;
}

/** @param path location of the JSON in the request; empty: the body itself */
const unreadable = (path: string, message: string): Error =>
  malformed([{ path, message: path === '' ? `the body ${message}` : message }]);

/** The names of the fields with exact decimals, according to the schemas of the event types. */
export function decimalFieldsOf(registry: Registry): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { schema } of registry.types) {
    for (const [name, field] of Object.entries<z.core.$ZodType>(schema.shape)) {
      if (isExactDecimal(field)) names.add(name);
    }
  }
  return names;
}

/** Refuses deep nesting before any recursive code runs. Works on any text, well-formed or not. */
function checkDepth(text: string, limit: number, path: string): void {
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i += 1) {
    const character = text[i];
    if (quoted) {
      if (character === '\\') i += 1;
      else if (character === '"') quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') depth -= 1;
    if (depth > limit) throw unreadable(path, `is nested more than ${limit} levels deep`);
  }
}

/**
 * A number outside the decimal fields. Refused, never rounded, if a binary number can't represent it exactly.
 */
function numberOf({ text }: Literal, path: string): number {
  const number = Number(text);
  if (Number.isFinite(number) && (isSafeNumber(text) || String(number) === text)) return number;
  throw unreadable(path, `has a number that cannot be read exactly, ${text.slice(0, 40)}`);
}

const NO_FIELDS: ReadonlySet<string> = new Set();

interface Settling {
  readonly fields: ReadonlySet<string>;
  readonly path: string;
  readonly exact?: boolean;
}

/** Replaces every literal in place: by its text in a decimal field, by a number elsewhere. */
function settle(value: unknown, { fields, path, exact = false }: Settling): unknown {
  if (value instanceof Literal) return exact ? value.text : numberOf(value, path);
  if (typeof value !== 'object' || value === null) return value;
  // Only existing own keys are assigned, so even `__proto__` sets the own property.
  const container = value as Record<string, unknown>;
  for (const key of Object.keys(container)) {
    // All values of `metadata` must be strings, whatever the key: a number there must remain an error.
    const here = key === 'metadata' ? NO_FIELDS : fields;
    container[key] = settle(container[key], { fields: here, path, exact: exact || here.has(key) });
  }
  return value;
}

function parseText(text: string, path: string): unknown {
  try {
    return parse(text, null, { parseNumber: (literal) => new Literal(literal) });
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw unreadable(path, `is not JSON: ${error.message}`);
  }
}

function textOf(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw unreadable(path, 'is not UTF-8');
  }
}

/**
 * Parses JSON without converting quantities and money to binary floating point. An unquoted number in such a
 * field becomes the string as written (`0.1` is `"0.1"`, `1e3` is `"1e3"`); ValidateEvent normalizes it.
 * Other numbers stay numbers, so that a number instead of text is still an error. An object with the same key
 * twice is refused if the values differ.
 * @param path location of the JSON in the request; empty: the body itself
 * @throws Problem malformed-request
 */
export function readJson(bytes: Uint8Array, options: JsonOptions, path = ''): unknown {
  const text = textOf(bytes, path);
  checkDepth(text, options.depthLimit, path);
  return settle(parseText(text, path), { fields: options.decimalFields, path });
}

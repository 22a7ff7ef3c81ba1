import { isExactDecimal, type Registry } from '@hindsight/domain';
import { isSafeNumber, parse } from 'lossless-json';
import type { z } from 'zod';
import { malformed } from './problems';

/** A number literal as it was written. */
class Literal {
  constructor(readonly text: string) {}
}

export interface JsonOptions {
  /** Deepest nesting of arrays and objects. */
  readonly depthLimit: number;
  /** Fields whose numbers are exact decimals. */
  readonly decimalFields: ReadonlySet<string>;
}

/** @param path where the JSON is in the request; empty: it is the body */
const unreadable = (path: string, message: string): Error =>
  malformed([{ path, message: path === '' ? `the body ${message}` : message }]);

/** The names of the fields that hold exact decimals, as the schemas of the event types say. */
export function decimalFieldsOf(registry: Registry): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { schema } of registry.types) {
    for (const [name, field] of Object.entries<z.core.$ZodType>(schema.shape)) {
      if (isExactDecimal(field)) names.add(name);
    }
  }
  return names;
}

/** Refuses nesting before anything recursive sees it. Works on any text, well-formed or not. */
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

/** A number where no decimal belongs; one that a binary number can't represent is refused, never rounded. */
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

/** Settles every literal in place: its text within one of the fields, a number elsewhere. */
function settle(value: unknown, { fields, path, exact = false }: Settling): unknown {
  if (value instanceof Literal) return exact ? value.text : numberOf(value, path);
  if (typeof value !== 'object' || value === null) return value;
  // Own keys only, and each is there already: assigning to `__proto__` sets the own property, too.
  const container = value as Record<string, unknown>;
  for (const key of Object.keys(container)) {
    // `metadata` is for strings, whatever its keys are called: a number in it must stay an error.
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
 * Reads JSON without passing quantities and money through binary floating point: an unquoted number in such
 * a field becomes the string that was written (`0.1` is `"0.1"`, `1e3` is `"1e3"`); ValidateEvent makes it
 * canonical. Other numbers are numbers, so that a number where text belongs is still an error.
 * A key that an object has twice with different values is refused; the same twice is the same once.
 * @param path where the JSON is in the request; empty: it is the body
 * @throws Problem malformed-request
 */
export function readJson(bytes: Uint8Array, options: JsonOptions, path = ''): unknown {
  const text = textOf(bytes, path);
  checkDepth(text, options.depthLimit, path);
  return settle(parseText(text, path), { fields: options.decimalFields, path });
}

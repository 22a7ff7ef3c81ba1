import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { invalid, UnsupportedByMemoryError } from './errors';

/** A value of an attribute as JavaScript has it. There are no sets and no bytes here. */
export type Value = string | number | boolean | null | readonly Value[] | { readonly [name: string]: Value };
export type Item = Readonly<Record<string, Value>>;
export type Attributes = Record<string, AttributeValue>;

/** Characters that take one byte are by far the most common. */
// eslint-disable-next-line no-control-regex -- the range is the point
const ASCII = /^[\u0000-\u007f]*$/;

export const bytesOf = (text: string): number => (ASCII.test(text) ? text.length : Buffer.byteLength(text));

/** About half a byte a digit, and one for sign and exponent. */
const numberSize = (value: number): number =>
  1 + Math.ceil(String(value).replace(/[-.]|e.*$/g, '').length / 2);

/** Its prototype is that of objects, of whatever realm, or none. */
function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value) as object | null;
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/**
 * What a value takes of an item's size, by the documented rules.
 * @throws UnsupportedByMemoryError for what is no value, as the SDK would
 */
function sizeOfValue(value: Value): number {
  if (typeof value === 'string') return bytesOf(value);
  if (typeof value === 'number') return numberSize(value);
  if (typeof value === 'boolean' || value === null) return 1;
  if (typeof value !== 'object') throw new UnsupportedByMemoryError(`values of type ${typeof value}`);
  if (Array.isArray(value)) {
    return 3 + value.reduce<number>((sum, inner) => sum + 1 + sizeOfValue(inner as Value), 0);
  }
  if (!isPlain(value)) throw new UnsupportedByMemoryError('values of classes');
  return 3 + Object.keys(value).length + sizeOfItem(value as Item);
}

/** Bytes: the names and the values of all attributes. */
export function sizeOfItem(item: Item): number {
  let size = 0;
  for (const name of Object.keys(item)) size += bytesOf(name) + sizeOfValue(item[name] as Value);
  return size;
}

/** The service gives the keys of a map back in any order: here in the reverse one, so that nobody counts on it. */
export function reversed(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((inner) => reversed(inner as Value));
  const map = value as Item;
  const result: Record<string, Value> = {};
  const names = Object.keys(map);
  for (let i = names.length - 1; i >= 0; i -= 1) {
    const name = names[i] as string;
    result[name] = reversed(map[name] as Value);
  }
  return result;
}

function numberOf(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value)) throw invalid(`The parameter cannot be converted to a numeric value: ${text}`);
  if (String(value) !== text)
    throw new UnsupportedByMemoryError(`the number ${text}: it is none of JavaScript`);
  return value;
}

export function plainValue(attribute: AttributeValue): Value {
  if (attribute.S !== undefined) return attribute.S;
  if (attribute.N !== undefined) return numberOf(attribute.N);
  if (attribute.M !== undefined) return plainItem(attribute.M);
  if (attribute.L !== undefined) return attribute.L.map(plainValue);
  if (attribute.BOOL !== undefined) return attribute.BOOL;
  if (attribute.NULL !== undefined) return null;
  throw new UnsupportedByMemoryError(`values of type ${Object.keys(attribute).join()}`);
}

export function plainItem(attributes: Attributes): Item {
  const item: Record<string, Value> = {};
  for (const name of Object.keys(attributes)) item[name] = plainValue(attributes[name] as AttributeValue);
  return item;
}

export function attributeOf(value: Value): AttributeValue {
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number') return { N: String(value) };
  if (typeof value === 'boolean') return { BOOL: value };
  if (value === null) return { NULL: true };
  if (Array.isArray(value)) return { L: value.map((inner) => attributeOf(inner as Value)) };
  return { M: attributesOf(value as Item) };
}

export function attributesOf(item: Item): Attributes {
  const attributes: Attributes = {};
  for (const name of Object.keys(item)) attributes[name] = attributeOf(item[name] as Value);
  return attributes;
}

import { invalid, UnsupportedByMemoryError } from './errors';
import type { Item, Value } from './values';

/** The parts of a request that its expressions name. */
export interface Named {
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>> | undefined;
  readonly ExpressionAttributeValues?: Readonly<Record<string, Value>> | undefined;
}

/** Bounds of a sort key, inclusive both; `to` undefined: none. `prefix`: all that begin with `from`. */
export interface KeyCondition {
  readonly partition: string;
  readonly sort?: {
    readonly name: string;
    readonly from: string;
    readonly to: string | undefined;
    readonly prefix: boolean;
  };
}

/** What a name in an expression stands for. @throws ValidationException */
export function attributeName(text: string, { ExpressionAttributeNames: names = {} }: Named): string {
  if (!text.startsWith('#')) return text;
  const name = names[text];
  if (name === undefined)
    throw invalid(`An expression attribute name used in the document path is not defined; ${text}`);
  return name;
}

function valueOf(text: string, { ExpressionAttributeValues: values = {} }: Named): Value {
  const value = values[text];
  if (value === undefined)
    throw invalid(`An expression attribute value used in expression is not defined; ${text}`);
  return value;
}

function textOf(reference: string, named: Named): string {
  const value = valueOf(reference, named);
  if (typeof value !== 'string')
    throw invalid(
      'One or more parameter values were invalid: Condition parameter type does not match schema type',
    );
  if (value === '')
    throw invalid(
      'One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value',
    );
  return value;
}

const WORD = '([#A-Za-z_][A-Za-z0-9_]*)';
const REFERENCE = '(:[A-Za-z0-9_]+)';
const KEYS = new RegExp(`^\\s*${WORD}\\s*=\\s*${REFERENCE}\\s*(?:AND\\s+(\\S.*))?$`, 's');
const EQUALS = new RegExp(`^${WORD}\\s*=\\s*${REFERENCE}$`);
const RANGE = new RegExp(`^${WORD}\\s+BETWEEN\\s+${REFERENCE}\\s+AND\\s+${REFERENCE}$`);
const BEGINS = new RegExp(`^begins_with\\s*\\(\\s*${WORD}\\s*,\\s*${REFERENCE}\\s*\\)$`);

function sortCondition(text: string, named: Named): NonNullable<KeyCondition['sort']> {
  const [, ranged, after = '', before = ''] = RANGE.exec(text) ?? [];
  if (ranged !== undefined) {
    const [from, to] = [textOf(after, named), textOf(before, named)];
    if (from > to)
      throw invalid(
        'Invalid KeyConditionExpression: The BETWEEN operator requires upper bound to be greater than or equal to lower bound',
      );
    return { name: attributeName(ranged, named), from, to, prefix: false };
  }
  const [, begun, prefix = ''] = BEGINS.exec(text) ?? [];
  if (begun !== undefined)
    return { name: attributeName(begun, named), from: textOf(prefix, named), to: undefined, prefix: true };
  const [, equal, value = ''] = EQUALS.exec(text) ?? [];
  if (equal === undefined) throw new UnsupportedByMemoryError(`the key condition ${text}`);
  const key = textOf(value, named);
  return { name: attributeName(equal, named), from: key, to: key, prefix: false };
}

/** `p = :p`, and of the sort key `=`, `BETWEEN … AND …` or `begins_with`. @throws ValidationException, UnsupportedByMemoryError */
export function keyCondition(expression: string, partitionKey: string, named: Named): KeyCondition {
  const [, name = '', partition = '', rest] = KEYS.exec(expression) ?? [];
  if (name === '') throw new UnsupportedByMemoryError(`the key condition ${expression}`);
  if (attributeName(name, named) !== partitionKey)
    throw invalid(`Query condition missed key schema element: ${partitionKey}`);
  return {
    partition: textOf(partition, named),
    ...(rest !== undefined && { sort: sortCondition(rest.trim(), named) }),
  };
}

const EXISTS = new RegExp(`^attribute_(not_)?exists\\s*\\(\\s*${WORD}\\s*\\)$`);

function holdsOne(text: string, item: Item | undefined, named: Named): boolean {
  const [, not, attribute] = EXISTS.exec(text) ?? [];
  if (attribute !== undefined) {
    const exists = item?.[attributeName(attribute, named)] !== undefined;
    return not === undefined ? exists : !exists;
  }
  const [, name, reference = ''] = EQUALS.exec(text) ?? [];
  if (name === undefined) throw new UnsupportedByMemoryError(`the condition ${text}`);
  return item?.[attributeName(name, named)] === valueOf(reference, named);
}

/** `attribute_exists`, `attribute_not_exists` and `=`, joined by AND or by OR. @throws UnsupportedByMemoryError */
export function holds(expression: string | undefined, item: Item | undefined, named: Named): boolean {
  if (expression === undefined) return true;
  const [any, all] = [expression.split(/\s+OR\s+/), expression.split(/\s+AND\s+/)];
  if (any.length > 1 && all.length > 1) throw new UnsupportedByMemoryError(`the condition ${expression}`);
  const one = (text: string) => holdsOne(text.trim(), item, named);
  return any.length > 1 ? any.some(one) : all.every(one);
}

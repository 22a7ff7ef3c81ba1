import Big from 'big.js';
import * as z from 'zod';

/** Values at or above this are refused on input; sums in a state may grow past it, exactly. */
const LIMIT = new Big(10).pow(12);
const PLACES = 6;
const MAX_LENGTH = 64;
/** Bounds the text before it is parsed: `1e999999999` is short and would be a gigabyte of digits. */
const NUMBER_TEXT = /^[+-]?(\d{1,40}(\.\d{0,40})?|\.\d{1,40})([eE][+-]?\d{1,2})?$/;

/** The canonical text of a value: no exponent, no leading `+`, no trailing zeros, no `-0`. */
export function canonical(value: Big): string {
  return value.eq(0) ? '0' : value.toFixed();
}

export const add = (a: string, b: string): string => canonical(new Big(a).plus(b));
export const subtract = (a: string, b: string): string => canonical(new Big(a).minus(b));
/** What leads from one quantity to another: a signed canonical decimal. */
export const quantityBetween = (from: string, to: string): string => subtract(to, from);
export const isNegative = (a: string): boolean => a.startsWith('-');
export const isGreater = (a: string, b: string): boolean => new Big(a).gt(b);

/** A decimal as states and answers hold it: the canonical text. */
export const decimalText = z
  .string()
  .regex(/^-?(0|[1-9]\d*)(\.\d*[1-9])?$/)
  .meta({ description: 'An exact decimal: no exponent, no trailing zeros.', examples: ['150', '0.5', '-3'] });

/**
 * Decimals with up to this many digits survive conversion to a binary number; longer ones may have been
 * rounded in transit.
 */
const BINARY_DIGITS = 15;
const digitsOf = (input: number): number => new Big(input).c.length;

/** Parses a client's decimal; returns an error message if it is invalid. */
export function parseDecimal(input: string | number): { value: string } | { problem: string } {
  const text = typeof input === 'number' ? String(input) : input;
  if (!NUMBER_TEXT.test(text)) return { problem: 'must be a decimal number, such as "150" or "0.5"' };
  if (text.length > MAX_LENGTH) return { problem: `must have at most ${MAX_LENGTH} characters` };
  // The library does not accept a leading `+`.
  const value = new Big(text.replace(/^\+/, ''));
  if (value.abs().gte(LIMIT)) return { problem: 'must be below 10^12 in absolute value' };
  if (!value.round(PLACES, Big.roundDown).eq(value))
    return { problem: `must have at most ${PLACES} decimal places` };
  if (typeof input === 'number' && digitsOf(input) > BINARY_DIGITS)
    return {
      problem: `has more digits than a JSON number keeps exactly here (${BINARY_DIGITS}); send it as text`,
    };
  return { value: canonical(value) };
}

interface Bound {
  readonly holds: (value: string) => boolean;
  readonly says: string;
  /** Names the schema in the OpenAPI document. */
  readonly id: string;
  /** The same bound for the document: on a text in digits, and on a number. */
  readonly digits: string;
  readonly number:
    | { readonly minimum: 0 }
    | { readonly exclusiveMinimum: 0 }
    | { readonly exclusiveMinimum: -1e12; readonly not: { readonly const: 0 } };
}
const POSITIVE: Bound = {
  holds: (value) => value !== '0' && !isNegative(value),
  says: 'must be greater than 0',
  id: 'PositiveQuantity',
  digits: String.raw`\+?(0*[1-9]\d{0,11}(\.\d{0,6}0*)?|0*\.\d{0,5}[1-9]0*)`,
  number: { exclusiveMinimum: 0 },
};
const NOT_ZERO: Bound = {
  holds: (value) => value !== '0',
  says: 'must not be 0',
  id: 'SignedQuantity',
  digits: String.raw`[+-]?(0*[1-9]\d{0,11}(\.\d{0,6}0*)?|0*\.\d{0,5}[1-9]0*)`,
  number: { exclusiveMinimum: -1e12, not: { const: 0 } },
};
const NOT_NEGATIVE: Bound = {
  holds: (value) => !isNegative(value),
  says: 'must not be negative',
  id: 'Quantity',
  digits: String.raw`\+?(0*\d{1,12}(\.\d{0,6}0*)?|\.\d{1,6}0*)`,
  number: { minimum: 0 },
};

/** The two ways to write a decimal, as JSON schemas. The text may have more around it, such as a currency. */
const formsOf = ({ digits, number }: Bound, prefix = '', suffix = '') => ({
  text: { pattern: `^${prefix}${digits}${suffix}$`, maxLength: MAX_LENGTH },
  number: { ...number, exclusiveMaximum: 1e12, multipleOf: 1e-6 },
});
/** The forms of `quantity`, for schemas that build on it. */
export const quantityForms = (prefix?: string, suffix?: string) => formsOf(NOT_NEGATIVE, prefix, suffix);

/**
 * The schemas whose values are exact decimals: a number in them must not pass through binary floating point.
 */
export const exactDecimals = z.registry<{ readonly exact: true }>();

/** Whether a field contains exact decimals, also if it is optional or nullable. */
export function isExactDecimal(field: z.core.$ZodType): boolean {
  const { innerType } = field._zod.def as { readonly innerType?: z.core.$ZodType };
  return exactDecimals.has(field) || (innerType !== undefined && isExactDecimal(innerType));
}

function decimal(bound: Bound) {
  const forms = formsOf(bound);
  const text = z.string().meta({ ...forms.text, examples: ['150', '0.5'] });
  return z
    .union([text, z.number().meta(forms.number)], { error: 'must be a decimal, as a string or a number' })
    .meta({
      id: bound.id,
      description: `An exact decimal below 10^12 with at most 6 decimal places; ${bound.says}.`,
    })
    .transform((input, context) => {
      const parsed = parseDecimal(input);
      const problem =
        'problem' in parsed ? parsed.problem : bound.holds(parsed.value) ? undefined : bound.says;
      if (problem !== undefined) {
        context.issues.push({ code: 'custom', message: problem, input });
        return z.NEVER;
      }
      return (parsed as { value: string }).value;
    })
    .pipe(decimalText)
    .register(exactDecimals, { exact: true });
}

/** A quantity that moves: greater than 0, at most 6 places, below 10^12. */
export const positiveQuantity = decimal(POSITIVE);
/** A quantity that is: 0 or more, at most 6 places, below 10^12. */
export const quantity = decimal(NOT_NEGATIVE);
/** A difference: not 0, at most 6 places, below 10^12 in absolute value. */
export const signedQuantity = decimal(NOT_ZERO);

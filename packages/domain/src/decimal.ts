import Big from 'big.js';
import * as z from 'zod';

/** Values at or above this are refused on input; sums in a state may grow past it, exactly. */
const LIMIT = new Big(10).pow(12);
const PLACES = 6;
/** Bounds the text before it is parsed: `1e999999999` is short and would be a gigabyte of digits. */
const NUMBER_TEXT = /^[+-]?(\d{1,40}(\.\d{0,40})?|\.\d{1,40})([eE][+-]?\d{1,2})?$/;

/** The one text of a value: no exponent, no leading `+`, no trailing zeros, no `-0`. */
export function canonical(value: Big): string {
  return value.eq(0) ? '0' : value.toFixed();
}

export const add = (a: string, b: string): string => canonical(new Big(a).plus(b));
export const subtract = (a: string, b: string): string => canonical(new Big(a).minus(b));
export const isNegative = (a: string): boolean => a.startsWith('-');
export const isGreater = (a: string, b: string): boolean => new Big(a).gt(b);

/** A decimal as states and answers hold it: the canonical text. */
export const decimalText = z
  .string()
  .regex(/^-?(0|[1-9]\d*)(\.\d*[1-9])?$/)
  .meta({ description: 'An exact decimal: no exponent, no trailing zeros.', examples: ['150', '0.5', '-3'] });

/** Decimals of this many digits survive as a binary number; longer ones may have been rounded on the way. */
const BINARY_DIGITS = 15;
const digitsOf = (input: number): number => new Big(input).c.length;

/** Reads a decimal as a client writes it; a sentence about what is wrong otherwise. */
export function parseDecimal(input: string | number): { value: string } | { problem: string } {
  const text = typeof input === 'number' ? String(input) : input;
  if (!NUMBER_TEXT.test(text)) return { problem: 'must be a decimal number, such as "150" or "0.5"' };
  // The library knows no leading `+`.
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

type Bound = { readonly holds: (value: string) => boolean; readonly says: string };
const POSITIVE: Bound = {
  holds: (value) => value !== '0' && !isNegative(value),
  says: 'must be greater than 0',
};
const NOT_NEGATIVE: Bound = { holds: (value) => !isNegative(value), says: 'must not be negative' };

function decimal(bound: Bound) {
  return z
    .union([z.string(), z.number()], { error: 'must be a decimal, as a string or a number' })
    .transform((input, context) => {
      const parsed = parseDecimal(input);
      const problem =
        'problem' in parsed ? parsed.problem : bound.holds(parsed.value) ? undefined : bound.says;
      if (problem !== undefined) {
        context.issues.push({ code: 'custom', message: problem, input });
        return z.NEVER;
      }
      return (parsed as { value: string }).value;
    });
}

/** A quantity that moves: greater than 0, at most 6 places, below 10^12. */
export const positiveQuantity = decimal(POSITIVE);
/** A quantity that is: 0 or more, at most 6 places, below 10^12. */
export const quantity = decimal(NOT_NEGATIVE);

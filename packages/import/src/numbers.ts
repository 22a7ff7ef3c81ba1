/** The character that separates the fraction of a number. */
export type DecimalMark = '.' | ',';

const GROUPED = { '.': /^-?\d{1,3}(,\d{3})+(\.\d+)?$/, ',': /^-?\d{1,3}(\.\d{3})+(,\d+)?$/ };
const PLAIN = { '.': /^-?\d+(\.\d+)?$/, ',': /^-?\d+(,\d+)?$/ };

/**
 * Detects the decimal separator of a column. A comma that is not followed by exactly three digits is one, and
 * so is the last separator in a value that contains both. A comma followed by exactly three digits is
 * ambiguous.
 * @returns undefined if the values are ambiguous or contradictory
 */
export function decimalMarkOf(values: Iterable<string>): DecimalMark | undefined {
  const found = new Set<DecimalMark | 'open'>();
  for (const value of values) {
    const [comma, point] = [value.lastIndexOf(','), value.lastIndexOf('.')];
    if (comma >= 0 && point >= 0) found.add(comma > point ? ',' : '.');
    else if (point >= 0) found.add('.');
    else if (comma >= 0) found.add(PLAIN[','].test(value) && !/,\d{3}$/.test(value) ? ',' : 'open');
  }
  if (found.has('.') && found.has(',')) return undefined;
  if (found.has(',')) return ',';
  return found.has('open') && !found.has('.') ? undefined : '.';
}

/** A number as a plain decimal, digit by digit; undefined if it is none with this mark. */
export function plainDecimal(text: string, mark: DecimalMark): string | undefined {
  const negative = /^\((.*)\)$/.exec(text)?.[1];
  const value = negative === undefined ? text.replace(/^\+/, '') : `-${negative}`;
  const grouped = GROUPED[mark].test(value);
  if (!grouped && !PLAIN[mark].test(value)) return undefined;
  const digits = grouped ? value.replaceAll(mark === '.' ? ',' : '.', '') : value;
  return digits.replace(',', '.');
}

/** The currencies of signs that stand for one alone, and of the dollar. */
const SIGNS: Readonly<Record<string, string>> = { $: 'USD', '€': 'EUR', '£': 'GBP', '¥': 'JPY', '₹': 'INR' };
const SIGNED = /^(-?)([$€£¥₹]|[A-Z]{3})?(-?[\d.,]+)([$€£¥₹]|[A-Z]{3})?$/;

/** An amount as people write it, such as `$4.50`, `4,50 €`, `EUR 4.50` or, negative, `(4.50)`; without its currency. */
export function amountIn(text: string): { readonly amount: string; readonly currency: string } {
  const negative = /^\((.*)\)$/.exec(text);
  const match = SIGNED.exec((negative?.[1] ?? text).replace(/\s/g, ''));
  if (match === null) return { amount: text, currency: '' };
  const [, minus = '', before, number = '', after] = match;
  const sign = before ?? after ?? '';
  return { amount: `${negative === null ? minus : '-'}${number}`, currency: SIGNS[sign] ?? sign };
}

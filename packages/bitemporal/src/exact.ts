/** Exact decimals with up to six places, held as whole millionths: sums and comparisons of integers lose nothing. */
const PLACES = 6;
const ONE = 10n ** BigInt(PLACES);

/** Whole millionths of a canonical decimal, such as `"-0.5"`. */
export function millionths(decimal: string): bigint {
  const negative = decimal.startsWith('-');
  const [whole = '', fraction = ''] = decimal.slice(negative ? 1 : 0).split('.');
  const value = BigInt(whole) * ONE + BigInt(fraction.padEnd(PLACES, '0'));
  return negative ? -value : value;
}

/** The canonical decimal: no exponent, no leading `+`, no trailing zeros. */
export function decimalOf(value: bigint): string {
  const size = value < 0n ? -value : value;
  const digits = String(size % ONE).padStart(PLACES, '0');
  let places = PLACES;
  while (places > 0 && digits[places - 1] === '0') places -= 1;
  const fraction = places === 0 ? '' : `.${digits.slice(0, places)}`;
  return `${value < 0n ? '-' : ''}${size / ONE}${fraction}`;
}

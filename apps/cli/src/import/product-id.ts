import { MalformedFile } from './malformed-file';

const LONGEST = 128;

/**
 * The product id of a stock code, one to one: `A-Z a-z 0-9 _ -` are kept, any other character becomes `.` and
 * two hexadecimal digits for each of its bytes in UTF-8 (`BANK CHARGES` → `BANK.20CHARGES`, `4.5` → `4.2E5`).
 * Case is preserved because `85123A` and `85123a` are different codes in the file. A dot always starts an
 * escape, so two codes never share an id, and no id is `.` or `..`, which URL normalization would remove.
 * Throws MalformedFile for an empty code and for an id of more than 128 characters.
 */
export function productIdOf(stockCode: string): string {
  const id = stockCode.replace(/[^A-Za-z0-9_-]+/g, escapeBytes);
  if (id.length >= 1 && id.length <= LONGEST) return id;
  throw new MalformedFile(`stock code "${stockCode}" does not make an id of 1 to ${LONGEST} characters`);
}

function escapeBytes(text: string): string {
  return [...Buffer.from(text, 'utf8')]
    .map((byte) => `.${byte.toString(16).toUpperCase().padStart(2, '0')}`)
    .join('');
}

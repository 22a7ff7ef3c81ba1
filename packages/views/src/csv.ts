import { fieldNames, type ProductState } from '@hindsight/domain';
import type { StockRow } from './stock';

/** A spreadsheet runs a cell that begins with one of these as a formula, unless there is an apostrophe before it. */
const FORMULA = /^[=+\-@\t\r]/;
const QUOTED = /[",\r\n]/;

const quoted = (text: string): string => (QUOTED.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** A cell of text that someone typed. */
const textCell = (text: string | null): string =>
  quoted(text !== null && FORMULA.test(text) ? `'${text}` : (text ?? ''));

const isMoney = (value: unknown): value is { amount: string; currency: string } =>
  typeof value === 'object' && value !== null && 'amount' in value && 'currency' in value;

/** Decimals stay numbers: a minus before digits is no formula. */
const DECIMALS: readonly string[] = ['quantity', 'reorderPoint'];

function cellsOf(state: ProductState): string[] {
  return fieldNames.flatMap((name) => {
    const value = state[name];
    if (name === 'unitPrice') return isMoney(value) ? [value.amount, textCell(value.currency)] : ['', ''];
    const text = typeof value === 'string' ? value : null;
    return [DECIMALS.includes(name) ? (text ?? '') : textCell(text)];
  });
}

/** A mark by which spreadsheets recognize UTF-8. */
const MARK = '\ufeff';

/** A column of a table: a decimal stays a number. */
export type Column = readonly [name: string, kind: 'text' | 'number'];

/** Rows of cells as CSV (RFC 4180); null and undefined are empty cells. */
export const csvTable = (columns: readonly Column[]) => ({
  head: (): string => `${MARK}${columns.map(([name]) => name).join(',')}\r\n`,
  line: (cells: Readonly<Record<string, string | number | null | undefined>>): string => {
    const line = columns.map(([name, kind]) => {
      const text = cells[name]?.toString() ?? '';
      return kind === 'number' ? text : textCell(text);
    });
    return `${line.join(',')}\r\n`;
  },
});

/** The first line of the stock as CSV (RFC 4180). */
export const csvHead = (): string =>
  `${MARK}${['productId', ...fieldNames.flatMap((name) => (name === 'unitPrice' ? ['unitPrice', 'currency'] : [name])), 'version'].join(',')}\r\n`;

export const csvLine = ({ productId, state, version }: StockRow): string =>
  `${[textCell(productId), ...cellsOf(state), String(version)].join(',')}\r\n`;

import { decimalOf } from '@hindsight/bitemporal';
import { counts, walk, type Entry, type History } from './history';

/** A line of the ledger behind a number. */
export interface Row {
  readonly entry: Entry;
  /** `+5`, `−3`, `= 40`; empty for an event that does not touch the quantity. */
  readonly effect: string;
  /** The quantity after it; undefined: it was corrected or retracted, and no longer counts. */
  readonly balance: string | undefined;
  /** What a count found: counted minus expected. */
  readonly variance: string | undefined;
}

export interface Ledger {
  /** In effective order, what no longer counts included. */
  readonly rows: readonly Row[];
  /** The first row that matters to the quantity: the last absolute count, or the first row. */
  readonly since: number;
  /** The first row after the moment of the ledger. */
  readonly next: number;
}

const MINUS = '−';

/** A decimal as people read it: with a true minus sign. */
export const shown = (decimal: string): string => decimal.replace('-', MINUS);

export const signed = (difference: bigint): string =>
  `${difference > 0n ? '+' : ''}${shown(decimalOf(difference))}`;

function effectOf({ amount }: Entry, before: bigint | null, after: bigint): string {
  if (amount === undefined) return after === before ? '' : signed(after - (before ?? 0n));
  if ('set' in amount) return `= ${shown(decimalOf(amount.set))}`;
  if ('initial' in amount) return before === null ? `= ${shown(decimalOf(after))}` : '';
  return signed(amount.add);
}

const isCount = ({ amount }: Entry): boolean => amount !== undefined && 'set' in amount;

export function ledgerOf(history: History, asOf: number, version: number): Ledger {
  const counted = new Map<Entry, Row>();
  walk(history, version, (entry, before, after) => {
    const difference = isCount(entry) && before !== null ? after - before : 0n;
    counted.set(entry, {
      entry,
      effect: effectOf(entry, before, after),
      balance: shown(decimalOf(after)),
      variance: difference === 0n ? undefined : signed(difference),
    });
  });
  const rows = history.entries
    .filter(({ from }) => from <= version)
    .map((entry) => counted.get(entry) ?? struck(entry));
  const after = rows.findIndex(({ entry }) => entry.at > asOf);
  const next = after < 0 ? rows.length : after;
  const since = rows.findLastIndex(
    ({ entry }, index) => index < next && isCount(entry) && counts(entry, version),
  );
  return { rows, since: Math.max(since, 0), next };
}

function struck(entry: Entry): Row {
  const { amount } = entry;
  const effect =
    amount === undefined || 'initial' in amount
      ? ''
      : 'set' in amount
        ? `= ${shown(decimalOf(amount.set))}`
        : signed(amount.add);
  return { entry, effect, balance: undefined, variance: undefined };
}

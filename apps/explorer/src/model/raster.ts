import { indexAt, type History } from './history';

/** The quantities of a product over both time axes: `rows` lines of `columns` cells, the first recorded first. */
export interface Raster {
  readonly columns: number;
  readonly rows: number;
  /** NaN: nothing exists there. */
  readonly cells: Float64Array;
  readonly low: number;
  readonly high: number;
}

const MILLION = 1e6;
const [ADD, SET, INITIAL] = [0, 1, 2];

/** The entries of a history in arrays of numbers, which is what makes a raster of 100,000 events fast. */
export interface Packed {
  readonly kinds: Uint8Array;
  readonly amounts: Float64Array;
  readonly from: Float64Array;
  readonly until: Float64Array;
  /** Effective times. */
  readonly at: Float64Array;
}

export function packed({ entries }: History): Packed {
  const [kinds, amounts] = [new Uint8Array(entries.length), new Float64Array(entries.length)];
  const [from, until] = [new Float64Array(entries.length), new Float64Array(entries.length)];
  const at = Float64Array.from(entries, (entry) => entry.at);
  entries.forEach(({ amount = { add: 0n }, ...entry }, index) => {
    const [kind, value] =
      'add' in amount ? [ADD, amount.add] : 'set' in amount ? [SET, amount.set] : [INITIAL, amount.initial];
    kinds[index] = kind;
    amounts[index] = Number(value) / MILLION;
    from[index] = entry.from;
    until[index] = entry.until;
  });
  return { kinds, amounts, from, until, at };
}

/**
 * The quantity in the middle of each cell, in binary numbers: a raster is colors. `versions`: of each row, `times`: of
 * each column, both ascending.
 */
export function rasterOf(
  { kinds, amounts, from, until, at }: Packed,
  versions: readonly number[],
  times: readonly number[],
): Raster {
  const columns = times.length;
  const cells = new Float64Array(columns * versions.length).fill(NaN);
  const ends = times.map((time) => indexAt(at, time) + 1);
  let [low, high] = [Infinity, -Infinity];
  versions.forEach((version, row) => {
    if (row > 0 && version === versions[row - 1]) {
      cells.copyWithin(row * columns, (row - 1) * columns, row * columns);
      return;
    }
    let [quantity, index] = [NaN, 0];
    ends.forEach((end, column) => {
      for (; index < end; index += 1) {
        if (version < (from[index] ?? 0) || version >= (until[index] ?? 0)) continue;
        const amount = amounts[index] ?? 0;
        if (kinds[index] === SET || Number.isNaN(quantity)) quantity = amount;
        else if (kinds[index] === ADD) quantity += amount;
      }
      cells[row * columns + column] = quantity;
      if (quantity < low) low = quantity;
      if (quantity > high) high = quantity;
    });
  });
  return { columns, rows: versions.length, cells, low, high };
}

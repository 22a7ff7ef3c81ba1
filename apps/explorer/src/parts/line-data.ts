import { indexAt, type Line } from '../model/history';

/** Lines over one list of times: the value of each at each time, or null before it begins. No values: no line. */
export interface Aligned {
  readonly times: readonly number[];
  readonly lines: readonly (readonly (number | null)[])[];
}

const MILLION = 1e6;

/** Quantities are exact; where a pixel is, is not. */
export const plotted = (quantity: bigint): number => Number(quantity) / MILLION;

/** The times of all lines without repetitions, ascending, each line with its value at each of them. */
export function aligned(lines: readonly Line[]): Aligned {
  const all = lines.flatMap(({ times }) => times);
  if (lines.filter(({ times }) => times.length > 0).length > 1) all.sort((a, b) => a - b);
  const times = all.filter((time, index) => time !== all[index - 1]);
  return {
    times,
    lines: lines.map((line) => {
      if (line.times.length === 0) return [];
      let next = 0;
      let value: number | null = null;
      return times.map((time) => {
        while (next < line.times.length && (line.times[next] ?? 0) <= time) {
          value = plotted(line.quantities[next] ?? 0n);
          next += 1;
        }
        return value;
      });
    }),
  };
}

/** The lowest and the highest value between two moments, with 0. */
export function extentOf({ times, lines }: Aligned, from: number, to: number): readonly [number, number] {
  let [low, high] = [0, 0];
  const first = Math.max(0, indexAt(times, from));
  for (const line of lines) {
    for (let index = first; index < line.length && (times[index] ?? 0) <= to; index += 1) {
      const value = line[index] ?? 0;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return [low, high];
}

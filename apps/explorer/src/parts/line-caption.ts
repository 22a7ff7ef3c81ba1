import { decimalOf } from '@hindsight/bitemporal';
import { indexAt, quantityAt, type Line } from '../model/history';
import { shown } from '../model/ledger';
import { localText } from '../model/time';
import { text } from '../text';

export interface Captioned {
  readonly known: Line;
  readonly ghost: Line | undefined;
  /** How many events were recorded late. */
  readonly late: number;
  readonly now: number;
  readonly asOf: number;
  readonly knownAt: string | null;
}

const decimal = (quantity: bigint | undefined): string =>
  quantity === undefined ? text.map.nothing : shown(decimalOf(quantity));

function believed({ known, ghost, asOf, knownAt }: Captioned): string[] {
  if (ghost === undefined || knownAt === null) return [];
  const [then, now] = [quantityAt(ghost, asOf), quantityAt(known, asOf)];
  if (then === now) return [];
  const [moment, recorded] = [localText(asOf), localText(Date.parse(knownAt))];
  return [text.line.believed(recorded, moment, decimal(then), decimal(now))];
}

/** What the figure shows, in words. */
export function captionOf(captioned: Captioned): string {
  const { known, late, now } = captioned;
  const words = text.line;
  const [first] = known.times;
  if (first === undefined) return words.nothing;
  const past = known.quantities.slice(0, indexAt(known.times, now) + 1);
  const [low, high] = [past, past].map((list, side) =>
    list.reduce((a, b) => ((side === 0 ? b < a : b > a) ? b : a), list[0] ?? 0n),
  );
  const future = known.times.length - past.length;
  return [
    ...(past.length > 0
      ? [words.range(localText(first), decimal(low), decimal(high), decimal(past.at(-1)))]
      : []),
    ...(late > 0 ? [words.late(late)] : []),
    ...(known.quantities.some((quantity) => quantity < 0n) ? [words.negative] : []),
    ...(future > 0 ? [words.future(future)] : []),
    ...believed(captioned),
  ].join(' ');
}

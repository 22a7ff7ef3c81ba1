import { decimalOf } from '@hindsight/bitemporal';
import { sumText, type Comparison } from './compare';
import type { Line } from './line';
import type { Load } from './plan';
import type { Tally } from './send';

const count = new Intl.NumberFormat('en-GB');

/** The result of a run. `comparison` is null if the run ended before it. */
export interface Outcome {
  readonly load: Pick<Load, 'lines' | 'withoutEffect' | 'plans' | 'events'>;
  readonly tally: Tally;
  readonly seconds: number;
  readonly comparison: Comparison | null;
}

/** How a line is understood, in the parts that it has. */
export function lineParts(line: Line): readonly string[] {
  const { effectiveAt, document, productId, quantity, unitPrice, currency, eventType, content } = line;
  const type = content === '' ? eventType : (JSON.parse(content) as { eventType?: string }).eventType;
  const price = unitPrice === '' ? '' : `at ${unitPrice}${currency === '' ? '' : ` ${currency}`}`;
  const shownDocument = content === '' ? document : '';
  const parts = [effectiveAt || 'now', shownDocument, productId, type ?? '', quantity, price];
  return parts.filter((part) => part !== '');
}

/** `1:02:03` or `02:03`. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  const parts = [Math.floor(whole / 60) % 60, whole % 60].map((part) => String(part).padStart(2, '0'));
  const hours = Math.floor(whole / 3600);
  return [...(hours > 0 ? [String(hours)] : []), ...parts].join(':');
}

/** How many events were sent, and not passed over. */
export const sentOf = ({ recorded, deduplicated, refused }: Tally): number =>
  recorded + deduplicated + refused;

/** Events sent per second in this run. Events already in the log don't count. */
const rateOf = (tally: Tally, seconds: number): number => (seconds > 0 ? sentOf(tally) / seconds : 0);

const netOf = ({ quantity }: Comparison): [string, string] => [
  'net quantity',
  `${decimalOf(quantity)} (read back from the log)`,
];

/** The figures of a run, each with its name, for people. */
export function figuresOf({ load, tally, seconds, comparison }: Outcome): readonly [string, string][] {
  const some = (name: string, value: number, what: string): [string, string][] =>
    value > 0 ? [[name, `${count.format(value)} (${what})`]] : [];
  return [
    ['lines', count.format(load.lines)],
    ...some('without effect', load.withoutEffect, 'they move nothing'),
    ['products', count.format(load.plans.length)],
    ['events', count.format(load.events)],
    ['recorded', count.format(tally.recorded)],
    ['deduplicated', `${count.format(tally.deduplicated)} (sent again; already in the log)`],
    ['skipped', `${count.format(tally.skipped)} (already in the log)`],
    ['refused', count.format(tally.refused)],
    ...some('withheld', tally.withheld, 'after a refused one'),
    ['time', duration(seconds)],
    ['rate', `${count.format(Math.round(rateOf(tally, seconds)))} events/s`],
    ...(comparison === null ? [] : [netOf(comparison)]),
    ...some('corrected', comparison?.corrected ?? 0, 'later; they count as they were corrected'),
    ['mismatches', comparison === null ? 'not compared' : count.format(comparison.mismatches.length)],
  ];
}

/** What went wrong in a run, up to `listed` of a kind, and what helps. */
export function notesOf(
  { tally, comparison }: Pick<Outcome, 'tally' | 'comparison'>,
  listed: number,
): readonly string[] {
  return [...refusalsOf(tally, listed), ...mismatchesOf(comparison, listed)];
}

function refusalsOf({ refusals }: Tally, listed: number): string[] {
  const refused = refusals
    .filter(({ problem }) => problem !== '')
    .sort((one, other) => one.line - other.line);
  const lines = shortened(
    refused.map(({ productId, line, why }) => `refused: line ${line}, ${productId}: ${why}`),
    listed,
  );
  const short = refused.some(({ problem }) => problem === 'insufficient-stock');
  const reused = refused.some(({ problem }) => problem === 'event-id-reused');
  return [
    ...lines,
    ...(short
      ? [
          'The log has less stock than was shipped: import an opening balance (--kind counts), or give --on-conflict flag.',
        ]
      : []),
    ...(reused ? ['The log has these lines with other content: were they imported with other options?'] : []),
  ];
}

function mismatchesOf(comparison: Comparison | null, listed: number): string[] {
  const lines = (comparison?.mismatches ?? []).map(
    ({ productId, expected, actual }) =>
      `mismatch: ${productId}: expected ${sumText(expected)}, found ${sumText(actual)}`,
  );
  return shortened(lines, listed);
}

function shortened(lines: readonly string[], listed: number): string[] {
  const more = lines.length - listed;
  return more > 0 ? [...lines.slice(0, listed), `… and ${count.format(more)} more`] : [...lines];
}

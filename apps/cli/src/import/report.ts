import { decimalOf } from '@hindsight/bitemporal';
import { doneOf, sumText, type Comparison, type Line, type Load, type Tally } from '@hindsight/import';
import { duration } from '../progress';

const LISTED = 10;
const count = new Intl.NumberFormat('en-GB');

/** The result of a run. `comparison` is null if the run ended before it. */
export interface Outcome {
  readonly load: Load;
  readonly tally: Tally;
  readonly seconds: number;
  readonly comparison: Comparison | null;
}

/** How a line is understood, for people. */
export function lineText(line: Line): string {
  const { effectiveAt, document, productId, quantity, unitPrice, currency, eventType, content } = line;
  const type = content === '' ? eventType : (JSON.parse(content) as { eventType?: string }).eventType;
  const price = unitPrice === '' ? '' : `at ${unitPrice}${currency === '' ? '' : ` ${currency}`}`;
  const parts = [
    effectiveAt || 'now',
    content === '' ? document : '',
    productId,
    type ?? '',
    quantity,
    price,
  ];
  return `  ${parts.filter((part) => part !== '').join('  ')}`;
}

/** Events sent per second in this run. Events already in the log don't count. */
const rateOf = (tally: Tally, seconds: number): number => (seconds > 0 ? sentOf(tally) / seconds : 0);

/** How many events were sent, and not passed over. */
export const sentOf = ({ recorded, deduplicated, refused }: Tally): number =>
  recorded + deduplicated + refused;

const netOf = (comparison: Comparison): string => decimalOf(comparison.quantity);

/** The summary for people, one figure per line. */
export function summaryOf({ load, tally, seconds, comparison }: Outcome): string {
  const rate = rateOf(tally, seconds);
  const some = (name: string, value: number, what: string): [string, string][] =>
    value > 0 ? [[name, `${count.format(value)} (${what})`]] : [];
  const figures: [string, string][] = [
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
    ['rate', `${count.format(Math.round(rate))} events/s`],
    ...(comparison === null
      ? []
      : ([['net quantity', `${netOf(comparison)} (read back from the log)`]] as [string, string][])),
    ...some('corrected', comparison?.corrected ?? 0, 'later; they count as they were corrected'),
    ['mismatches', comparison === null ? 'not compared' : count.format(comparison.mismatches.length)],
  ];
  const table = figures.map(([name, value]) => `${name.padEnd(16)}${value}`);
  return [...table, ...refusalsOf(tally), ...mismatchesOf(comparison)].join('\n');
}

/** How to continue after an interruption. */
export function resumeHint(tally: Tally, load: Load): string {
  const done = `${count.format(doneOf(tally))} of ${count.format(load.events)} events done`;
  return `Stopped: ${done}. Run the same command again to go on from here; nothing is recorded twice.`;
}

function refusalsOf({ refusals }: Tally): string[] {
  const refused = refusals
    .filter(({ problem }) => problem !== '')
    .sort((one, other) => one.line - other.line);
  const lines = shortened(
    refused.map(({ productId, line, why }) => `refused: line ${line}, ${productId}: ${why}`),
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

function mismatchesOf(comparison: Comparison | null): string[] {
  return shortened(
    (comparison?.mismatches ?? []).map(
      ({ productId, expected, actual }) =>
        `mismatch: ${productId}: expected ${sumText(expected)}, found ${sumText(actual)}`,
    ),
  );
}

function shortened(lines: readonly string[]): string[] {
  const more = lines.length - LISTED;
  return more > 0 ? [...lines.slice(0, LISTED), `… and ${count.format(more)} more`] : [...lines];
}

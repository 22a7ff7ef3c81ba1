import type { Load } from './plan';
import { duration } from '../progress';
import { doneOf, type Mismatch, type Tally } from './send';

const LISTED = 10;
const count = new Intl.NumberFormat('en-GB');

/** The result of a run. `mismatches` is null if the run ended before the comparison. */
export interface Outcome {
  readonly load: Load;
  readonly tally: Tally;
  readonly seconds: number;
  readonly mismatches: readonly Mismatch[] | null;
}

export const differencesIn = (total: number): string =>
  total === 1 ? '1 difference' : `${total} differences`;

/** The number of events in a file. */
export const eventsIn = ({ plans }: Load): number => plans.reduce((sum, plan) => sum + plan.size, 0);

/** Events sent per second in this run. Events already in the log don't count. */
const rateOf = (tally: Tally, seconds: number): number => (seconds > 0 ? sentOf(tally) / seconds : 0);

/** How many events were sent, and not passed over. */
export const sentOf = ({ recorded, deduplicated, refused }: Tally): number =>
  recorded + deduplicated + refused;

/** The summary for people, one figure per line. */
export function summaryOf({ load, tally, seconds, mismatches }: Outcome): string {
  const rate = rateOf(tally, seconds);
  const figures: [string, string][] = [
    ['lines', count.format(load.lines)],
    ['without effect', `${count.format(load.withoutEffect)} (quantity 0)`],
    ['products', count.format(load.plans.length)],
    ['events', `${count.format(eventsIn(load))} (one for a line, one opening for a product)`],
    ['recorded', count.format(tally.recorded)],
    ['deduplicated', `${count.format(tally.deduplicated)} (sent again; already in the log)`],
    ['skipped', `${count.format(tally.skipped)} (already in the log)`],
    ['refused', count.format(tally.refused)],
    ...(tally.withheld > 0
      ? [['withheld', `${count.format(tally.withheld)} (after a refused one)`] satisfies [string, string]]
      : []),
    ['time', duration(seconds)],
    ['rate', `${count.format(Math.round(rate))} events/s`],
    ['mismatches', mismatches === null ? 'not compared' : count.format(mismatches.length)],
  ];
  const table = figures.map(([name, value]) => `${name.padEnd(16)}${value}`);
  return [...table, ...refusalsOf(tally), ...mismatchesOf(mismatches ?? [])].join('\n');
}

/** How to continue after an interruption. */
export function resumeHint(tally: Tally, load: Load): string {
  const done = `${count.format(doneOf(tally))} of ${count.format(eventsIn(load))} events done`;
  return `Stopped: ${done}. Run the same command again to go on from here; nothing is recorded twice.`;
}

function refusalsOf({ refusals }: Tally): string[] {
  const lines = shortened(
    refusals.map(({ productId, firstEventId, why }) => `refused: ${productId}, from ${firstEventId}: ${why}`),
  );
  const foreign = refusals.some(({ problem }) => problem === 'event-id-reused');
  return foreign ? [...lines, 'The log holds another file: import into an empty one.'] : lines;
}

function mismatchesOf(mismatches: readonly Mismatch[]): string[] {
  const shown = ({ quantity, version }: { quantity: string; version: number }) =>
    `${quantity} after ${count.format(version)} events`;
  return shortened(
    mismatches.map(
      ({ productId, expected, actual }) =>
        `mismatch: ${productId}: expected ${shown(expected)}, found ${actual === null ? 'nothing' : shown(actual)}`,
    ),
  );
}

function shortened(lines: readonly string[]): string[] {
  const more = lines.length - LISTED;
  return more > 0 ? [...lines.slice(0, LISTED), `… and ${count.format(more)} more`] : [...lines];
}

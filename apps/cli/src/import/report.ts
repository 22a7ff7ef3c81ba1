import {
  doneOf,
  figuresOf,
  lineParts,
  notesOf,
  type Line,
  type Load,
  type Outcome,
  type Tally,
} from '@hindsight/import';

const LISTED = 10;
const count = new Intl.NumberFormat('en-GB');

/** How a line is understood, for people. */
export const lineText = (line: Line): string => `  ${lineParts(line).join('  ')}`;

/** The summary for people, one figure per line. */
export function summaryOf(outcome: Outcome): string {
  const table = figuresOf(outcome).map(([name, value]) => `${name.padEnd(16)}${value}`);
  return [...table, ...notesOf(outcome, LISTED)].join('\n');
}

/** How to continue after an interruption. */
export function resumeHint(tally: Tally, load: Load): string {
  const done = `${count.format(doneOf(tally))} of ${count.format(load.events)} events done`;
  return `Stopped: ${done}. Run the same command again to go on from here; nothing is recorded twice.`;
}

import { parseArgs } from 'node:util';
import { runAsProgram } from '../support/program';
import { bugs } from './bugs';
import { runClosings } from './campaign';
import { costOfDiff } from './cost';
import { lastingReport } from './lasting';

/**
 * `--runs N --seed S`: random histories with closings, and then the bugs, each of which they must find.
 * `--later N`: a report after N further events. `--products N`: what the difference of a closing of N products takes.
 */
const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '5000' },
    seed: { type: 'string', default: '1' },
    later: { type: 'string', default: '1000' },
    products: { type: 'string', default: '0' },
  },
});
const [runs, seed, later, products] = [values.runs, values.seed, values.later, values.products].map(
  Number,
) as [number, number, number, number];
const CHANGED = 50;

async function histories(): Promise<{ readonly lines: string[]; readonly passed: number }> {
  if (runs === 0) return { lines: [], passed: 0 };
  const { fault, reports, carried, events } = await runClosings(runs, seed);
  if (fault !== undefined) throw new Error(`wrong after ${fault.after} runs, ${fault.what}`);
  const lines = [
    `${runs} histories, seed ${seed}: ${events} events, ${carried} sent to be carried, ${reports} reports`,
  ];
  for (const [name, broken] of Object.entries(bugs)) {
    const found = (await runClosings(runs, seed, broken)).fault;
    if (found === undefined) throw new Error(`not found: ${name}`);
    lines.push(`found  ${name}: after ${found.after} runs, ${found.what}`);
  }
  return { lines, passed: runs + Object.keys(bugs).length };
}

void runAsProgram(async () => {
  const { lines, passed } = await histories();
  if (later > 0) lines.push(await lastingReport(later, seed));
  if (products > 0) lines.push(...(await costOfDiff(products, CHANGED)));
  return { lines, passed: passed + (later > 0 ? 1 : 0) + (products > 0 ? 1 : 0) };
});

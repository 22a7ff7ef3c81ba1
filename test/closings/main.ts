import { parseArgs } from 'node:util';
import { runAsProgram } from '../support/program';
import { bugs } from './bugs';
import { runClosings } from './campaign';

/** `--runs N --seed S`: random histories with closings, and then the bugs, each of which they must find. */
const { values } = parseArgs({
  options: { runs: { type: 'string', default: '5000' }, seed: { type: 'string', default: '1' } },
});
const [runs, seed] = [Number(values.runs), Number(values.seed)];

void runAsProgram(async () => {
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
});

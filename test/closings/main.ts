import { parseArgs } from 'node:util';
import { bugs } from './bugs';
import { runClosings } from './campaign';

/** `--runs N --seed S`: random histories with closings, and then the bugs, each of which they must find. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { runs: { type: 'string', default: '5000' }, seed: { type: 'string', default: '1' } },
  });
  const [runs, seed] = [Number(values.runs), Number(values.seed)];
  const { fault, reports, carried, events } = await runClosings(runs, seed);
  console.log(
    `${runs} histories, seed ${seed}: ${events} events, ${carried} sent to be carried, ${reports} reports`,
  );
  if (fault !== undefined) console.log(`WRONG after ${fault.after} runs, ${fault.what}`);
  let failed = fault === undefined ? 0 : 1;
  for (const [name, broken] of Object.entries(bugs)) {
    const found = (await runClosings(runs, seed, broken)).fault;
    if (found === undefined) failed += 1;
    console.log(
      found === undefined ? `NOT FOUND  ${name}` : `found  ${name}: after ${found.after} runs, ${found.what}`,
    );
  }
  console.log(`${runs + Object.keys(bugs).length - failed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

void main();

import { program, run } from '../tooling/processes.mjs';
import { mutants } from './mutants.mjs';

/** Lets the random histories find each broken version. */
export async function campaign({ only, ...values }) {
  const counts = { passed: 0, failed: 0 };
  for (const [index, mutant] of mutants.entries()) {
    if (!mutant.name.includes(only)) continue;
    const file = await program('test/history/main.ts', { name: `mutant-${index}`, mutant });
    const { runs = values.runs, seed = values.seed, spread = false } = mutant;
    const args = ['--runs', runs, '--seed', seed, '--quick', ...(spread ? ['--spread'] : [])];
    const output = await run(file, args);
    const histories = /failed after (\d+) tests/.exec(output)?.[1];
    if (histories === undefined) console.log(`NOT CAUGHT  ${mutant.name}\n${output}`);
    else console.log(`caught  ${mutant.name} (after ${histories} histories)`);
    counts[histories === undefined ? 'failed' : 'passed'] += 1;
  }
  return counts;
}

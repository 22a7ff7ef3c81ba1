// node test/seeded-bugs/run.mjs [--seed S] [--seeds N] [--runs R] [--only TEXT] [--jobs J]
// For every bug: after how many simulated runs it is found, and by which checker, or after how many orders of a critical
// section; the median over N seeds.
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { each, program, run } from '../tooling/shares.mjs';
import { bugs } from './bugs.mjs';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    seeds: { type: 'string', default: '1' },
    runs: { type: 'string', default: '2000' },
    only: { type: 'string', default: '' },
    jobs: { type: 'string', default: String(availableParallelism()) },
  },
});

/** @returns after how many runs from a seed on it is found, and by what; undefined: it is not */
async function hunt(file, seed) {
  const output = await run(file, ['--runs', values.runs, '--seed', String(seed), '--until-found']);
  const [, runs, checker] = /^found after (\d+) runs by (.+)$/m.exec(output) ?? [];
  if (runs === undefined && !/^\d+ passed, 0 failed$/m.test(output)) console.log(output);
  return runs === undefined ? undefined : { runs: Number(runs), checker };
}

/** The same of the orders in which the calls of a critical section can come. */
async function huntOrders(file, seed, section) {
  const output = await run(file, ['--runs', values.runs, '--seed', String(seed), '--only', section]);
  const [, orders] = /Property failed after (\d+) tests/.exec(output) ?? [];
  return orders === undefined ? undefined : { runs: Number(orders), checker: `the section "${section}"` };
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor((numbers.length - 1) / 2)];

let [passed, failed] = [0, 0];
async function huntAll([index, bug]) {
  const mutant = { name: `bug-${index}`, folder: 'test/seeded-bugs', mutant: bug };
  const { name, section } = bug;
  const file = await program(
    `test/${section === undefined ? 'simulation' : 'interleavings'}/main.ts`,
    mutant,
  );
  const found = [];
  for (let i = 0; i < Number(values.seeds); i += 1) {
    // Far apart, so that no two hunts meet the same runs.
    const own = Number(values.seed) + i * 1_000_000;
    const one = await (section === undefined ? hunt(file, own) : huntOrders(file, own, section));
    if (one !== undefined) found.push(one);
  }
  const caught = found.length === Number(values.seeds);
  const by = [...new Set(found.map(({ checker }) => checker))].join(', ');
  const after = median(found.map(({ runs }) => runs));
  console.log(
    caught
      ? `caught  ${name}: after ${after} ${section === undefined ? 'runs' : 'orders'}, by ${by}`
      : `NOT CAUGHT  ${name} (${found.length} of ${values.seeds})`,
  );
  if (caught) passed += 1;
  else failed += 1;
}

const chosen = [...bugs.entries()].filter(([, { name }]) => name.includes(values.only));
await each(chosen, Number(values.jobs), huntAll);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);

// For every bug: after how many simulated runs it is found, and by which checker, or after how many orders of a critical
// section; the median over `seeds` seeds.
import { each, program, run } from '../tooling/processes.mjs';
import { bugs } from './bugs.mjs';

/** @returns after how many runs from a seed on it is found, and by what; undefined: it is not */
async function hunt(file, args) {
  const output = await run(file, [...args, '--until-found']);
  const [, after, checker] = /^found after (\d+) runs by (.+)$/m.exec(output) ?? [];
  if (after === undefined && !/^\d+ passed, 0 failed$/m.test(output)) console.log(output);
  return after === undefined ? undefined : { after: Number(after), checker };
}

/** The same for the orders of the calls in a critical section. */
async function huntOrders(file, args, section) {
  const output = await run(file, [...args, '--only', section]);
  const [, orders] = /Property failed after (\d+) tests/.exec(output) ?? [];
  return orders === undefined ? undefined : { after: Number(orders), checker: `the section "${section}"` };
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor((numbers.length - 1) / 2)];

/** @returns whether the bug was found from every seed */
async function huntAll(index, bug, { runs, seed, seeds }) {
  const { name, section, broken } = bug;
  const entry = `test/${section === undefined ? 'simulation' : 'interleavings'}/main.ts`;
  const file = await program(entry, { name: `bug-${index}`, ...(broken === undefined && { mutant: bug }) });
  const found = [];
  for (let i = 0; i < Number(seeds); i += 1) {
    // Far apart, so that no two hunts meet the same runs.
    const own = Number(seed) + i * 1_000_000;
    const args = ['--runs', runs, '--seed', String(own), '--broken', broken ?? ''];
    const one = section === undefined ? hunt(file, args) : huntOrders(file, args, section);
    found.push(...[(await one) ?? []].flat());
  }
  if (found.length < Number(seeds)) {
    console.log(`NOT FOUND  ${name} (${found.length} of ${seeds})`);
    return false;
  }
  const by = [...new Set(found.map(({ checker }) => checker))].join(', ');
  const after = median(found.map((one) => one.after));
  console.log(`found  ${name}: after ${after} ${section === undefined ? 'runs' : 'orders'}, by ${by}`);
  return true;
}

/** Puts one bug after another into the source, and lets the simulated runs find it, or a critical section. */
export async function campaign({ jobs, only, ...values }) {
  const counts = { passed: 0, failed: 0 };
  const chosen = [...bugs.entries()].filter(([, { name }]) => name.includes(only));
  await each(chosen, Number(jobs), async ([index, bug]) => {
    counts[(await huntAll(index, bug, values)) ? 'passed' : 'failed'] += 1;
  });
  return counts;
}

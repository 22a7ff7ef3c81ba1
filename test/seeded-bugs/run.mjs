// node test/seeded-bugs/run.mjs [--seed S] [--seeds N] [--runs R] [--only TEXT]
// For every bug: after how many simulated runs it is found, and by which checker; the median over N seeds.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bundle, root } from '../tooling/bundle.mjs';
import { bugs } from './bugs.mjs';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    seeds: { type: 'string', default: '1' },
    runs: { type: 'string', default: '500' },
    only: { type: 'string', default: '' },
  },
});

const folder = join(root, 'test', 'seeded-bugs', 'build');
mkdirSync(folder, { recursive: true });

/** @returns after how many runs from a seed on it is found, and by what; undefined: it is not */
function hunt(file, seed) {
  const args = [file, '--runs', values.runs, '--seed', String(seed), '--until-found'];
  const env = { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8', env });
  const [, runs, checker] = /^found after (\d+) runs by (.+)$/m.exec(stdout) ?? [];
  if (runs === undefined && !/^\d+ passed, 0 failed$/m.test(stdout)) console.log(stdout + stderr);
  return runs === undefined ? undefined : { runs: Number(runs), checker };
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor((numbers.length - 1) / 2)];

let [passed, failed] = [0, 0];
for (const [index, bug] of bugs.entries()) {
  if (!bug.name.includes(values.only)) continue;
  const file = join(folder, `bug-${index}.js`);
  await bundle('test/simulation/main.ts', file, bug);
  // Far apart, so that no two hunts meet the same runs.
  const seeds = Array.from({ length: Number(values.seeds) }, (_, i) => Number(values.seed) + i * 1_000_000);
  const found = seeds.map((seed) => hunt(file, seed)).filter((one) => one !== undefined);
  const caught = found.length === seeds.length;
  const by = [...new Set(found.map(({ checker }) => checker))].join(', ');
  const after = median(found.map(({ runs }) => runs));
  console.log(
    caught
      ? `caught  ${bug.name}: after ${after} runs, by ${by}`
      : `NOT CAUGHT  ${bug.name} (${found.length} of ${seeds.length})`,
  );
  if (caught) passed += 1;
  else failed += 1;
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

// npm run test:interleavings [-- --runs 2000 --seed 1 --jobs J --only NAME]
//
// Plays every critical section in so many orders of its calls to the table, J sections at a time.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bundle, root } from '../tooling/bundle.mjs';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
    jobs: { type: 'string', default: String(availableParallelism()) },
    only: { type: 'string', default: '' },
  },
});
const { runs, seed, jobs, only } = values;

const folder = join(root, 'test', 'interleavings', 'build');
mkdirSync(folder, { recursive: true });
const file = join(folder, 'main.js');
await bundle('test/interleavings/main.ts', file);

/** Every J-th section, in a process of its own. */
async function share(job) {
  const args = ['--runs', runs, '--seed', seed, '--only', only, '--of', jobs, '--job', String(job)];
  const env = { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };
  const child = spawn(process.execPath, [file, ...args], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text) => (output += text));
  await once(child, 'close');
  const counts = /^(\d+) passed, (\d+) failed$/m.exec(output);
  console.log(output.replace(/^\d+ passed, \d+ failed\n/m, '').trimEnd());
  return counts ? { passed: Number(counts[1]), failed: Number(counts[2]) } : { passed: 0, failed: 1 };
}

const shares = await Promise.all(Array.from({ length: Number(jobs) }, (_, job) => share(job)));
const sum = (name) => shares.reduce((total, one) => total + one[name], 0);
console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
process.exit(sum('failed') === 0 && sum('passed') > 0 ? 0 : 1);

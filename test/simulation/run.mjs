// node test/simulation/run.mjs --runs N --seed S [--jobs J]   random runs of the whole path with faults
// node test/simulation/run.mjs --runs 1 --seed S --trace      one of them, step by step
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
    trace: { type: 'boolean' },
  },
});
const [runs, seed] = [Number(values.runs), Number(values.seed)];
const jobs = Math.min(Number(values.jobs), runs);

const folder = join(root, 'test', 'simulation', 'build');
mkdirSync(folder, { recursive: true });
const file = join(folder, 'main.js');
await bundle('test/simulation/main.ts', file);

/** A share of the runs in a process of its own. */
async function share(job) {
  const [from, to] = [job, job + 1].map((part) => Math.floor((runs * part) / jobs));
  const args = [
    '--runs',
    String(to - from),
    '--seed',
    String(seed + from),
    ...(values.trace ? ['--trace'] : []),
  ];
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
  return counts ? { passed: Number(counts[1]), failed: Number(counts[2]) } : { passed: 0, failed: to - from };
}

const started = performance.now();
const shares = await Promise.all(Array.from({ length: jobs }, (_, job) => share(job)));
const sum = (name) => shares.reduce((total, one) => total + one[name], 0);
console.log(`${Math.round((runs * 60_000) / (performance.now() - started))} runs a minute`);
console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
process.exit(sum('failed') === 0 && sum('passed') === runs ? 0 : 1);

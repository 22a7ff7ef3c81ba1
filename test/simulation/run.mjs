// node test/simulation/run.mjs --runs N --seed S [--jobs J]   random runs of the whole path with faults
// node test/simulation/run.mjs --runs 1 --seed S --trace      one of them, step by step
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { inShares, program } from '../tooling/shares.mjs';

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
const file = await program('test/simulation/main.ts');

const boundary = (job) => Math.floor((runs * job) / jobs);
const size = (job) => boundary(job + 1) - boundary(job);
const argsOf = (job) => [
  ...['--runs', String(size(job)), '--seed', String(seed + boundary(job))],
  ...(values.trace ? ['--trace'] : []),
];

const started = performance.now();
const [passed, failed] = await inShares(file, jobs, argsOf, size);
console.log(`${Math.round((runs * 60_000) / (performance.now() - started))} runs a minute`);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed === runs ? 0 : 1);

import { inShares, program } from '../tooling/processes.mjs';

/** Simulated runs, each from a seed of its own, split among processes. `trace` prints every step. */
export async function campaign({ trace, ...values }) {
  const [runs, seed] = [Number(values.runs), Number(values.seed)];
  const jobs = Math.min(Number(values.jobs), runs);
  const file = await program('test/simulation/main.ts');
  const boundary = (job) => Math.floor((runs * job) / jobs);
  const size = (job) => boundary(job + 1) - boundary(job);
  const argsOf = (job) => [
    ...['--runs', String(size(job)), '--seed', String(seed + boundary(job))],
    ...(trace ? ['--trace'] : []),
  ];
  return inShares(file, jobs, argsOf, size);
}

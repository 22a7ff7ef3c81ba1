import { inShares, program } from '../tooling/processes.mjs';

/** Every critical section in `runs` orders of its calls to the store; each process takes every J-th section. */
export async function campaign({ runs, seed, jobs, only }) {
  const file = await program('test/interleavings/main.ts');
  const common = ['--runs', runs, '--seed', seed, '--only', only, '--of', jobs];
  return inShares(file, Number(jobs), (job) => [...common, '--job', String(job)]);
}

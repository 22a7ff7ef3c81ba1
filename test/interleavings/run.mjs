// npm run test:interleavings [-- --runs 2000 --seed 1 --jobs J --only NAME]
//
// Plays every critical section in so many orders of its calls to the table, J sections at a time.
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { inShares, program } from '../tooling/shares.mjs';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
    jobs: { type: 'string', default: String(availableParallelism()) },
    only: { type: 'string', default: '' },
  },
});
const { runs, seed, jobs, only } = values;
const file = await program('test/interleavings/main.ts');

/** Every J-th section. */
const argsOf = (job) => ['--runs', runs, '--seed', seed, '--only', only, '--of', jobs, '--job', String(job)];

const [passed, failed] = await inShares(file, Number(jobs), argsOf);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);

import { countedProgram } from '../tooling/processes.mjs';

/** Random histories with closings and the bugs that they must find, a report through many events, and what differences take. */
export const campaign = ({ runs, seed, later, products }) =>
  countedProgram(
    'test/closings/main.ts',
    ['--runs', runs, '--seed', seed, '--later', later, '--products', products],
    { lost: Number(runs) },
  );

import { countedProgram } from '../tooling/processes.mjs';

/** Random histories with closings, and the bugs that they must find. */
export const campaign = ({ runs, seed }) =>
  countedProgram('test/closings/main.ts', ['--runs', runs, '--seed', seed], { lost: Number(runs) });

import { countedProgram } from '../tooling/processes.mjs';

/** Random histories, compared with the definition. */
export const campaign = ({ runs, seed, store }) =>
  countedProgram('test/history/main.ts', ['--runs', runs, '--seed', seed, '--store', store], {
    lost: Number(runs),
  });

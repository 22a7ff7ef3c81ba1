import { countedProgram } from '../tooling/processes.mjs';

/** Random acts over several products, compared with the definition. */
export const campaign = ({ runs, seed }) =>
  countedProgram('test/acts/main.ts', ['--runs', runs, '--seed', seed], { lost: Number(runs) });

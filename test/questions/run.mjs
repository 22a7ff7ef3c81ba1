import { countedProgram } from '../tooling/processes.mjs';

/** Random questions, compared with the definition. */
export const campaign = ({ runs, seed }) =>
  countedProgram('test/questions/main.ts', ['--runs', runs, '--seed', seed], { lost: Number(runs) });

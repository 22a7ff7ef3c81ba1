import { countedProgram } from '../tooling/processes.mjs';

/** Twice the load that this machine can take. */
export const campaign = ({ minutes, seed }) =>
  countedProgram('test/overload/main.ts', ['--minutes', minutes, '--seed', seed]);

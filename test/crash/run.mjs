import { countedProgram } from '../tooling/processes.mjs';

/** Kills processes of the built server, one after another. */
export const campaign = ({ runs, seed }) =>
  countedProgram('test/crash/main.ts', ['--cycles', runs, '--seed', seed]);

import { countedProgram } from '../tooling/processes.mjs';

/** Transfers among products, on a server that is killed again and again. */
export const campaign = ({ kills, seed }) =>
  countedProgram('test/transfers/main.ts', ['--kills', kills, '--seed', seed]);

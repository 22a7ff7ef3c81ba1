import { countedProgram } from '../tooling/processes.mjs';

/** What late news costs. */
export const campaign = ({ events, runs, turns }) =>
  countedProgram('test/lateness/main.ts', ['--events', events, '--runs', runs, '--turns', turns], {
    lost: 1,
  });

import { countedProgram } from '../tooling/processes.mjs';

/** What late news costs. */
export const campaign = ({ events, runs, turns, reads }) =>
  countedProgram(
    'test/lateness/main.ts',
    ['--events', events, '--runs', runs, '--turns', turns, '--reads', reads],
    {
      lost: 1,
    },
  );

import { countedProgram } from '../tooling/processes.mjs';

/** Two thousand connections that misbehave. */
export const campaign = ({ minutes, connections, tails }) =>
  countedProgram('test/abuse/main.ts', [
    ...['--minutes', minutes, '--connections', connections, '--tails', tails],
  ]);

import { countedProgram } from '../tooling/processes.mjs';

/** Feed, catalogue and settled answers on a server that is killed again and again. */
export const campaign = ({ strict, ...sizes }) =>
  countedProgram('test/views/main.ts', [
    ...Object.entries(sizes).flatMap(([name, value]) => [`--${name}`, String(value)]),
    ...(strict ? ['--strict'] : []),
  ]);

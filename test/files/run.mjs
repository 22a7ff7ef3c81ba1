import { countedProgram } from '../tooling/processes.mjs';

/** Imports and exports whole files. */
export const campaign = (values) =>
  countedProgram(
    'test/files/main.ts',
    Object.entries(values).flatMap(([name, value]) => (value === '' ? [] : [`--${name}`, String(value)])),
  );

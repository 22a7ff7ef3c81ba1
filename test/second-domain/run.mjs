import { countedJest } from '../tooling/processes.mjs';

/** Random histories of bank accounts, compared with the definition. */
export const campaign = ({ runs, seed }) =>
  countedJest(['test/second-domain'], { HISTORIES: runs, SEED: seed });

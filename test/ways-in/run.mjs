import { countedJest } from '../tooling/processes.mjs';

/** Random appends around every limit against the built server: dry run, append, repetition and what was stored. */
export const campaign = ({ runs, seed }) => countedJest(['test/ways-in'], { RUNS: runs, SEED: seed });

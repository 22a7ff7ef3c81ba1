import { countedJest } from '../tooling/processes.mjs';

/** Random requests against the built server; prints how often each kind of answer came. */
export const campaign = ({ runs, seed }) =>
  countedJest(['test/fuzz'], { FUZZ_REQUESTS: runs, SEED: seed, VERBOSE: '1' });

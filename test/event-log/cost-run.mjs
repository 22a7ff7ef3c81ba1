import { countedJest } from '../tooling/processes.mjs';

/** What operations cost on longer streams than in `npm test`; prints the figures. */
export const campaign = ({ lengths, distances }) =>
  countedJest(['test/event-log/cost'], { LENGTHS: lengths, DISTANCES: distances, VERBOSE: '1' });

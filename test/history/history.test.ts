import { createMemoryStore } from '@hindsight/event-log';
import { runCampaign } from './campaign';

const RUNS = Number(process.env['HISTORIES'] ?? 300);
// The same histories each time: a change is what makes them fail. Other seeds by SEED or `npm run campaign -- history`.
const SEED = Number(process.env['SEED'] ?? 870_826);

describe('random histories', () => {
  it(
    `${RUNS} of them (seed ${SEED}): every answer of the log is the one of the definition`,
    () => runCampaign({ store: createMemoryStore(), runs: RUNS, seed: SEED }),
    20 * 60_000,
  );
});

import { createMemoryStore } from '@hindsight/event-log';
import { runCampaign } from './campaign';

const RUNS = Number(process.env['HISTORIES'] ?? 300);
// Fixed seeds, so that only a code change can make these fail. Set SEED, or run `npm run campaign --
// history`, for others.
const SEED = Number(process.env['SEED'] ?? 870_826);

describe('random histories', () => {
  it(
    `${RUNS} of them (seed ${SEED}): every answer of the log is the one of the definition`,
    async () => {
      const { refusedShipments } = await runCampaign({
        openStore: createMemoryStore,
        runs: RUNS,
        seed: SEED,
      });
      expect(refusedShipments).toBeGreaterThan(RUNS / 20);
    },
    20 * 60_000,
  );
});

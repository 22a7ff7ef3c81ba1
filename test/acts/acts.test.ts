import { createMemoryStore } from '@hindsight/event-log';
import fc from 'fast-check';
import { figures } from '../support/figures';
import { productByProduct } from './broken';
import { Play } from './play';
import { acts } from './steps';

const RUNS = Number(process.env['ACTS'] ?? 200);
const SEED = Number(process.env['SEED'] ?? 170_008);

async function campaign(breaks?: typeof productByProduct): Promise<{ lostRaces: number }> {
  const store = createMemoryStore();
  let [played, lostRaces] = [0, 0];
  const property = fc.asyncProperty(acts, async (steps) => {
    const play = new Play(store, `act-${(played += 1)}`, breaks);
    await play.run(steps);
    lostRaces += play.lostRaces;
  });
  await fc.assert(property, { numRuns: RUNS, seed: SEED, endOnFailure: breaks !== undefined });
  return { lostRaces };
}

describe('random acts over several products', () => {
  test(
    `${RUNS} histories of them (seed ${SEED}) are stored and answered as the definition says, lost races included`,
    async () => {
      const { lostRaces } = await campaign();
      figures(`${RUNS} histories, ${lostRaces} lost races`);
      expect(lostRaces).toBeGreaterThan(RUNS / 4);
    },
    10 * 60_000,
  );

  test('find the version that writes an act product by product', async () => {
    await expect(campaign(productByProduct)).rejects.toThrow(/Property failed/);
  });
});

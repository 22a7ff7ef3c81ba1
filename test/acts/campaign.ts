import { createMemoryStore, type Store } from '@hindsight/event-log';
import fc from 'fast-check';
import { Play } from './play';
import { acts } from './steps';

export interface Campaign {
  readonly runs: number;
  readonly seed: number;
  /** Makes of the store a broken one, which the campaign must find. */
  readonly breaks?: (store: Store) => Store;
}

/** Random acts; every answer of the log is compared with the definition. Throws with the shrunk acts. */
export async function runActs({ runs, seed, breaks }: Campaign): Promise<{ readonly lostRaces: number }> {
  const store = createMemoryStore();
  let [played, lostRaces] = [0, 0];
  const property = fc.asyncProperty(acts, async (steps) => {
    const play = new Play(store, `act-${(played += 1)}`, breaks);
    await play.run(steps);
    lostRaces += play.lostRaces;
  });
  await fc.assert(property, { numRuns: runs, seed, endOnFailure: breaks !== undefined });
  return { lostRaces };
}

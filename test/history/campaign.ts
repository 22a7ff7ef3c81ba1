import type { Store } from '@hindsight/event-log';
import fc from 'fast-check';
import { Play } from './play';
import { spread, steps } from './steps';

export interface Campaign {
  /** Of each history. */
  readonly openStore: () => Store;
  readonly runs: number;
  readonly seed: number;
  /** Look for the smallest history that fails. */
  readonly shrink?: boolean;
  /** No crowded histories: bugs that need gaps in time show up less often in them. */
  readonly spreadOnly?: boolean;
}

/** Random histories; every answer of the log is compared with the definition. Throws with the shrunk history. */
export async function runCampaign(campaign: Campaign): Promise<{ readonly refusedShipments: number }> {
  const { openStore, runs, seed, shrink = true, spreadOnly = false } = campaign;
  let played = 0;
  let refusedShipments = 0;
  const property = fc.asyncProperty(spreadOnly ? spread : steps, async (history) => {
    played += 1;
    // One in four with the sizes of a real log.
    const sizes = played % 4 === 0 ? {} : undefined;
    const play = new Play(openStore(), `history-${seed}-${played}`, sizes);
    await play.run(history);
    refusedShipments += play.refusedShipments;
  });
  await fc.assert(property, { numRuns: runs, seed, endOnFailure: !shrink });
  return { refusedShipments };
}

import fc from 'fast-check';
import { createMemoryStore } from '@hindsight/event-log';
import { verifyInventory, verifyProduct } from '@hindsight/workflow';
import { Play } from '../history/play';
import { steps } from '../history/steps';

const RUNS = Number(process.env['HISTORIES'] ?? 60);
const SEED = Number(process.env['SEED'] ?? 20_260_301);

describe('logs that were written by the log', () => {
  const store = createMemoryStore();

  it(
    `${RUNS} random histories (seed ${SEED}), with lost and damaged summaries, hold every invariant`,
    async () => {
      let played = 0;
      const property = fc.asyncProperty(steps, async (history) => {
        played += 1;
        const productId = `clean-${played}`;
        await new Play(store, productId).run(history);
        expect((await verifyProduct({ store }, productId)).difference).toBeUndefined();
      });
      await fc.assert(property, { numRuns: RUNS, seed: SEED, endOnFailure: true });

      const report = await verifyInventory({ store });

      expect(report.differences).toStrictEqual([]);
      expect(report.streamsWithDifferences).toBe(0);
      // A history may copy its product once.
      expect(report.streams).toBeLessThanOrEqual(2 * played);
      expect(report.states).toBeGreaterThan(report.events);
      expect(report.summaries).toBeGreaterThan(0);
    },
    20 * 60_000,
  );

  it('a product that is not there has nothing to check', async () => {
    expect(await verifyProduct({ store }, 'nobody')).toMatchObject({ version: 0, events: 0, states: 0 });
  });
});

import fc from 'fast-check';
import { verifyProduct, verifyTable } from '../support/log';
import { Mortality } from '../history/mortal';
import { Play } from '../history/play';
import { steps } from '../history/steps';
import { startTable, type TestTable } from '../support/engine';

const RUNS = Number(process.env['HISTORIES'] ?? 60);
const SEED = Number(process.env['SEED'] ?? 20_260_301);

describe('logs that were written by the log', () => {
  let table: TestTable;
  beforeAll(async () => {
    table = await startTable();
  });
  afterAll(() => table.stop());

  it(
    `${RUNS} random histories (seed ${SEED}), with lost and damaged checkpoints, hold every invariant`,
    async () => {
      const mortality = new Mortality(table.client);
      let played = 0;
      const property = fc.asyncProperty(steps, async (history) => {
        played += 1;
        const productId = `clean-${played}`;
        await new Play(table.client, table.tableName, productId, mortality).run(history);
        expect((await verifyProduct(table, productId)).difference).toBeUndefined();
      });
      await fc.assert(property, { numRuns: RUNS, seed: SEED, endOnFailure: true });

      const report = await verifyTable(table);

      expect(report.differences).toStrictEqual([]);
      expect(report.streamsWithDifferences).toBe(0);
      expect(report.streams).toBeLessThanOrEqual(played);
      expect(report.ids).toBe(report.events);
      expect(report.states).toBeGreaterThan(report.events);
      expect(report.checkpoints).toBeGreaterThan(0);
    },
    20 * 60_000,
  );

  it('a product that is not there has nothing to check', async () => {
    expect(await verifyProduct(table, 'nobody')).toMatchObject({ version: 0, events: 0, states: 0 });
  });
});

import { startTable, type TestTable } from '../support/engine';
import { runCampaign } from './campaign';

const RUNS = Number(process.env['HISTORIES'] ?? 100);
// The same histories each time: a change is what makes them fail. Other seeds by SEED or `npm run campaign -- history`.
const SEED = Number(process.env['SEED'] ?? 870_826);

describe('random histories', () => {
  let table: TestTable;
  beforeAll(async () => {
    table = await startTable();
  });
  afterAll(() => table.stop());

  it(
    `${RUNS} of them (seed ${SEED}): every answer of the log is the one of the definition`,
    async () => {
      await runCampaign({ client: table.client, tableName: table.tableName, runs: RUNS, seed: SEED });
    },
    20 * 60_000,
  );
});

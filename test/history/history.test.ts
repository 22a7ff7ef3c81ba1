import { startTable, type TestTable } from '../support/engine';
import { runCampaign } from './campaign';

const RUNS = Number(process.env['HISTORIES'] ?? 2_000);
const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000);

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

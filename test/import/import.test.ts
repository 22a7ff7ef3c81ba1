import { join } from 'node:path';
import { createDirectClient } from '../../apps/cli/src/import/direct';
import { importFile } from '../../apps/cli/src/import/run';
import { createDynamoDbStore } from '@hindsight/event-log';
import { verifyInventory } from '@hindsight/workflow';
import { startTable, type TestTable } from '../support/engine';

const sample = join(__dirname, '../data/online-retail-sample.csv');
const EVENTS = 1_499;
const PRODUCTS = 54;

/** Straight through the log, into a table of its own for each test. */
describe('an import', () => {
  let table: TestTable;
  beforeEach(async () => {
    // The progress bar is for people.
    jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    table = await startTable();
  });
  afterEach(() => table.stop());

  async function importing({ limit = Infinity, concurrency = 4 } = {}) {
    const said: string[] = [];
    const { signal } = new AbortController();
    const say = (text: string) => void said.push(text);
    const store = createDynamoDbStore(table.client, table.tableName);
    const client = createDirectClient({ store, tableName: table.tableName });
    const options = {
      file: sample,
      client,
      target: 'the table',
      onConflict: 'flag' as const,
      limit,
      concurrency,
    };
    const code = await importFile({ ...options, batch: 25 }, { signal, say });
    return { code, text: said.join('\n') };
  }

  it('loads a file in parts and as a whole, changes nothing the second time, and leaves a log that verifies', async () => {
    const part = await importing({ limit: 700 });
    expect(part).toMatchObject({ code: 0, text: expect.stringContaining('mismatches      0') });
    const whole = await importing({ concurrency: 8 });
    expect(whole.code).toBe(0);
    expect(whole.text).toMatch(/refused {9}0\n(.*\n)*mismatches {6}0$/);
    expect((await importing()).text).toMatch(/recorded {8}0\n/);
    const store = createDynamoDbStore(table.client, table.tableName);
    expect(await verifyInventory({ store })).toMatchObject({
      ...{ streams: PRODUCTS, events: EVENTS, differences: [] },
    });
  }, 180_000);
});

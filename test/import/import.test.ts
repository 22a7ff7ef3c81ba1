import { join } from 'node:path';
import { createDirectClient } from '../../apps/cli/src/import/direct';
import { importFile } from '../../apps/cli/src/import/run';
import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { openLog } from '../support/log';
import { command as appendCommand, received } from '../support/commands';
import { startTable, type TestTable } from '../support/engine';

const sample = join(__dirname, '../data/online-retail-sample.csv');
const EVENTS = 1_553;
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
    const options = { file: sample, client: createDirectClient(table), target: 'the table' };
    const code = await importFile({ ...options, limit, concurrency, batch: 25 }, { signal, say });
    return { code, text: said.join('\n') };
  }

  it('loads a file, finds it all the second time, and leaves a log that is as it must be', async () => {
    const part = await importing({ limit: 700 });
    expect(part).toMatchObject({ code: 0, text: expect.stringContaining('mismatches      0') });
    const whole = await importing({ concurrency: 8 });
    expect(whole.code).toBe(0);
    expect(whole.text).toMatch(/refused {9}0\n(.*\n)*mismatches {6}0\n/);
    expect(whole.text).toContain(`0 differences in ${PRODUCTS} products, ${EVENTS} events`);
    expect((await importing()).text).toMatch(/skipped {9}1,553 /);
  }, 180_000);

  it('refuses what the workflow would refuse, and withholds what depends on it', async () => {
    const log = openLog({ client: table.client, tableName: table.tableName });
    await log.append(appendCommand('M', received(1, { eventId: 'opening' })));
    const { code, text } = await importing({ limit: 400 });
    expect(code).toBe(1);
    // The opening of the log is another one, and too small for what is shipped.
    expect(text).toMatch(/^refused: M, from \S+: stock would be short by \d+ at /m);
    expect(text).toMatch(/withheld {8}\d+ \(after a refused one\)/);
  }, 180_000);

  it('says where what is stored is not what it must be', async () => {
    await importing({ limit: 400 });
    const Key = { productId: { S: 'M' }, sk: { S: 'v#000000000002' } };
    const { Item } = await table.client.send(new GetItemCommand({ TableName: table.tableName, Key }));
    const damaged = { ...Item, hash: { S: 'of other content' } };
    await table.client.send(new PutItemCommand({ TableName: table.tableName, Item: damaged }));
    const { code, text } = await importing({ limit: 400 });
    expect(code).toBe(4);
    expect(text).toMatch(/^difference: M v#000000000002: content-hash: /m);
  }, 180_000);
});

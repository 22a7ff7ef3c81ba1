import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { openLog } from '../support/log';
import { command, received } from '../support/commands';
import { connectTo, startTable } from '../support/engine';
import { receive, runHindsight } from '../support/hindsight';
import { startServer } from '../support/processes';

jest.setTimeout(120_000);

let root: string;
let dataDir: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'hindsight-verify-'));
  dataDir = join(root, 'data');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const verify = (...args: readonly string[]) => runHindsight(['verify', ...args], { DATA_DIR: dataDir });
const clean = { code: 0, complaints: '', out: expect.stringMatching(/every invariant holds/) as string };

/** Does something to the table of the running server behind its back. */
async function atTable(work: (documents: DynamoDBDocumentClient, TableName: string) => Promise<unknown>) {
  const engine = readFileSync(join(dataDir, 'engine.json'), 'utf8');
  const { endpoint, table, secret } = JSON.parse(engine) as Record<'endpoint' | 'table' | 'secret', string>;
  const client = connectTo(endpoint, secret);
  await work(DynamoDBDocumentClient.from(client), table);
  client.destroy();
}

/** An event's quantity is no more what was stored. */
async function plant(documents: DynamoDBDocumentClient, TableName: string): Promise<void> {
  const Key = { productId: 'crate', sk: 'v#000000000001' };
  const { Item = {} } = await documents.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
  Item['event'] = JSON.stringify({ ...(JSON.parse(String(Item['event'])) as object), quantity: '9' });
  await documents.send(new PutCommand({ TableName, Item }));
}

test('checks the log of the server that runs here, and after it was stopped or killed', async () => {
  const server = await startServer(dataDir);
  try {
    for (const quantity of [1, 2]) await receive(server.url, quantity);
    expect(await verify()).toMatchObject(clean);
    expect(await verify('nobody')).toMatchObject({
      code: 1,
      complaints: expect.stringMatching(/no product nobody/) as string,
    });
    process.kill(server.pid, 'SIGKILL');
    await server.ended;
    expect(await verify()).toMatchObject(clean);
    expect(await verify('crate', '--json')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/"events": 2/) as string,
    });
  } finally {
    await server.stop();
  }
});

test('a difference is told, and ends it with 4', async () => {
  const server = await startServer(dataDir);
  try {
    await receive(server.url, 1);
    await atTable(plant);
    const said = await verify();
    expect(said).toMatchObject({ code: 4, complaints: '' });
    expect(said.out).toMatch(/DIFFERENCE in crate at .*\n +expected .*\n +found /);
    const report = await verify('crate', '--json');
    expect(report.code).toBe(4);
    expect(JSON.parse(report.out)).toMatchObject({ differences: [{ productId: 'crate' }] });
  } finally {
    await server.stop();
  }
});

test('a folder without a log is not made; what helps is said', async () => {
  const said = await verify();
  expect(said).toMatchObject({ code: 2, out: '' });
  expect(said.complaints).toMatch(/no log in the data folder .*data: start the server .* --data-dir/);
  expect(await verify('--data-dir', root)).toMatchObject({ code: 2 });
});

test('a table that is named is checked instead', async () => {
  const table = await startTable();
  try {
    const log = openLog({ ...table });
    for (const quantity of [1, 2]) await log.append(command('crate', received(quantity)));
    const args = ['--table', table.tableName, '--endpoint', table.endpoint];
    expect(await verify(...args)).toMatchObject(clean);
    expect(await verify('--table', 'nowhere', '--endpoint', table.endpoint)).toMatchObject({ code: 3 });
  } finally {
    await table.stop();
  }
});

test('states that other code made are not compared, and the last line says so', async () => {
  const table = await startTable();
  try {
    const documents = DynamoDBDocumentClient.from(table.client);
    const log = openLog({ ...table });
    for (const quantity of [1, 2]) await log.append(command('crate', received(quantity)));
    const { tableName: TableName } = table;
    const Key = { productId: 'crate', sk: 'v#000000000002' };
    const { Item } = await documents.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
    await documents.send(new PutCommand({ TableName, Item: { ...Item, code: 'other' } }));
    const args = ['--table', table.tableName, '--endpoint', table.endpoint];
    const said = await verify(...args);
    expect(said).toMatchObject({ code: 0, complaints: '' });
    expect(said.out).toMatch(
      /\nno inconsistency found, but not compared: 1 stored state that other code made/,
    );
    expect(said.out).not.toMatch(/every invariant holds/);
  } finally {
    await table.stop();
  }
});

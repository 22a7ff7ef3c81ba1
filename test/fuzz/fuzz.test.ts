import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { startDynamoDb } from '@hindsight/local-aws';
import { figures } from '../support/figures';
import { verifyTable } from '../support/log';
import { startServer, type RunningServer } from '../support/processes';
import { campaign } from './campaign';
import { tamperingWith } from './tampering';

const REQUESTS = Number(process.env['FUZZ_REQUESTS'] ?? 400);
const SEED = Number(process.env['SEED'] ?? 1);
/** As `npm start` names it. */
const TABLE = 'hindsight';
/** Enough for every operation to be asked. */
const FEW = 100;

jest.setTimeout(60 * 60_000);

const dataDir = mkdtempSync(join(tmpdir(), 'hindsight-fuzz-'));
let database: Awaited<ReturnType<typeof startDynamoDb>>;
let server: RunningServer;

beforeAll(async () => {
  database = await startDynamoDb({});
  server = await startServer(dataDir, { DYNAMODB_ENDPOINT: database.endpoint, LOG_LEVEL: 'silent' });
});
afterAll(async () => {
  await server.stop();
  await database.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

test(`${REQUESTS} requests made of the document (seed ${SEED}): every answer is as documented, and the log intact`, async () => {
  const { sent, faults, faultsTotal, answers, stored } = await campaign({
    url: server.url,
    requests: REQUESTS,
    seed: SEED,
  });
  const table = [...answers].sort().map(([answer, count]) => `${String(count).padStart(6)}  ${answer}`);
  figures(`${sent} requests, ${stored} events stored, ${answers.size} kinds of answers\n${table.join('\n')}`);
  expect(faults).toEqual([]);
  expect([sent, faultsTotal]).toEqual([REQUESTS, 0]);
  // The requests get past the doors: many are stored, and most kinds of answers come.
  expect(stored).toBeGreaterThan(REQUESTS / 30);
  expect(answers.size).toBeGreaterThan(30);

  const client = new DynamoDBClient({
    endpoint: database.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const report = await verifyTable({ client, tableName: TABLE });
  client.destroy();
  expect(report.differences).toEqual([]);
  expect(report.events).toBeGreaterThanOrEqual(stored);
});

test.each([
  [
    'a 500',
    /answered 500/,
    (path: string, method: string) => method === 'GET' && path.includes('/timeline'),
    () => ({ status: 500, body: '{"message":"oops"}' }),
  ],
  [
    'a member that the document does not have',
    /must NOT have additional properties/,
    (path: string) => path.startsWith('/products/'),
    (body: string) => ({
      status: 200,
      body: JSON.stringify({ ...(JSON.parse(body) as object), internal: 1 }),
    }),
  ],
  [
    'a member of another type',
    /must be/,
    (path: string) => path.startsWith('/products/'),
    (body: string) => ({ status: 200, body: body.replace(/"version":(\d+)/, '"version":"$1"') }),
  ],
  [
    'a field of an event that the document does not have',
    /must NOT have additional properties|must match/,
    (path: string) => path.includes('/events'),
    (body: string) => ({ status: 200, body: body.replace('{"eventId":', '{"shard":1,"eventId":') }),
  ],
  [
    'a status that the document does not have',
    /has no 418/,
    (path: string) => path.includes('/events'),
    (body: string) => ({ status: 418, body }),
  ],
])('%s is caught', async (_, caught, where, change) => {
  const proxy = await tamperingWith(server.url, (path, method, answer) =>
    answer.status === 200 && answer.body.startsWith('{') && where(path, method)
      ? change(answer.body)
      : answer,
  );
  const { faults } = await campaign({ url: proxy.url, requests: FEW, seed: SEED }).finally(() =>
    proxy.stop(),
  );
  expect(faults.map(({ what }) => what)).toContainEqual(expect.stringMatching(caught));
});

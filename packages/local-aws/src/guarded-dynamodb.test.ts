import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { newCredentials } from './credentials';
import { startGuardedDynamoDb, type EngineNews, type GuardedDynamoDb } from './guarded-dynamodb';
import { eventually, isAlive } from './testing/processes';

const folder = mkdtempSync(join(tmpdir(), 'guarded-'));
const file = join(folder, 'things.db');
const credentials = newCredentials();
const news: EngineNews[] = [];
const given: string[] = [];
const restarts = { most: 4, withinMs: 60_000, firstWaitMs: 1 };
let engine: GuardedDynamoDb;
let client: DynamoDBClient;

const clientOf = ({ endpoint }: GuardedDynamoDb, maxAttempts = 3) =>
  new DynamoDBClient({ endpoint, region: 'us-east-1', credentials, maxAttempts });
const start = () =>
  startGuardedDynamoDb({
    file,
    credentials,
    restarts,
    onNews: (one) => news.push(one),
    onGivenUp: (line) => given.push(line),
  });

const TableName = 'things';
const id = (S: string) => ({ id: { S } });
const unused = 'attribute_not_exists(id)';

beforeAll(async () => {
  engine = await start();
  client = clientOf(engine);
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    }),
  );
});
afterAll(async () => {
  client.destroy();
  await engine.stop();
  rmSync(folder, { recursive: true });
});

const put = (key: string) => client.send(new PutItemCommand({ TableName, Item: id(key) }));
const found = async (key: string) =>
  (await client.send(new GetItemCommand({ TableName, Key: id(key) }))).Item !== undefined;

test('stores and finds, digit by digit', async () => {
  const Item = {
    ...id('a'),
    n: { N: '123456789012.123456' },
    text: { S: 'ü\n"\u2028😀' },
    b: { BOOL: false },
  };
  await client.send(new PutItemCommand({ TableName, Item }));
  const query = new QueryCommand({
    TableName,
    ConsistentRead: true,
    KeyConditionExpression: 'id = :id',
    ExpressionAttributeValues: { ':id': { S: 'a' } },
  });
  expect((await client.send(query)).Items).toEqual([Item]);
});

test('answers of many kilobytes come whole', async () => {
  const Item = { ...id('large'), text: { S: 'é'.repeat(150_000) } };
  await client.send(new PutItemCommand({ TableName, Item }));
  expect((await client.send(new GetItemCommand({ TableName, Key: id('large') }))).Item).toEqual(Item);
});

test('errors come by their names, and a cancelled transaction with the reason of each item', async () => {
  await put('known');
  const again = { TableName, Item: id('known'), ConditionExpression: unused };
  await expect(client.send(new PutItemCommand(again))).rejects.toMatchObject({
    name: 'ConditionalCheckFailedException',
  });
  const TransactItems = [{ Put: { TableName, Item: id('new') } }, { Put: again }];
  await expect(client.send(new TransactWriteItemsCommand({ TransactItems }))).rejects.toMatchObject({
    name: 'TransactionCanceledException',
    CancellationReasons: [{ Code: 'None' }, { Code: 'ConditionalCheckFailed' }],
  });
  expect(await found('new')).toBe(false);
  await expect(client.send(new DescribeTableCommand({ TableName: 'other' }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
});

test('a parameter that the engine lacks is refused', async () => {
  const units = new GetItemCommand({ TableName, Key: id('a'), ReturnConsumedCapacity: 'TOTAL' });
  await expect(client.send(units)).rejects.toMatchObject({ name: 'ValidationException' });
});

test('another process of this machine, without the secret, gets nothing', async () => {
  const stranger = new DynamoDBClient({
    endpoint: engine.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  await expect(stranger.send(new GetItemCommand({ TableName, Key: id('a') }))).rejects.toMatchObject({
    name: 'AccessDeniedException',
  });
  stranger.destroy();
});

test('its process is replaced now and then, and nothing is lost', async () => {
  const data = join(folder, 'renewed.db');
  const ended: EngineNews[] = [];
  const renewed = await startGuardedDynamoDb({
    ...{ file: data, credentials, callsPerProcess: 10 },
    onNews: (one) => ended.push(one),
  });
  const its = clientOf(renewed);
  await its.send(
    new CreateTableCommand({
      ...{ TableName, BillingMode: 'PAY_PER_REQUEST' },
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    }),
  );
  const pids = new Set<number>();
  const keys = Array.from({ length: 60 }, (_, index) => `k${index}`);
  await Promise.all(
    keys.map(async (key) => {
      await its.send(new PutItemCommand({ TableName, Item: id(key) }));
      pids.add(renewed.pid);
      expect((await its.send(new GetItemCommand({ TableName, Key: id(key) }))).Item).toEqual(id(key));
    }),
  );
  its.destroy();
  await renewed.stop();
  expect(pids.size).toBeGreaterThan(5);
  expect([...pids].filter(isAlive)).toEqual([]);
  expect(ended).toEqual([]);
});

const onLinux = process.platform === 'linux' ? test : test.skip;

onLinux('the engine itself listens nowhere (requires /proc of Linux)', () => {
  const sockets = readdirSync(`/proc/${engine.pid}/fd`).flatMap((name) => {
    try {
      return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${engine.pid}/fd/${name}`))?.[1] ?? [];
    } catch {
      return [];
    }
  });
  const inodes = ['tcp', 'tcp6', 'udp', 'udp6'].flatMap((protocol) =>
    readFileSync(`/proc/net/${protocol}`, 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/)[9]),
  );
  // That of this process, in front of it, is among them.
  expect(inodes.length).toBeGreaterThan(0);
  expect(sockets.filter((inode) => inodes.includes(inode))).toEqual([]);
});

test('its files are for this user alone', () => {
  const modes = readdirSync(folder).map((name) => [name, statSync(join(folder, name)).mode & 0o777]);
  expect(modes.length).toBeGreaterThan(1);
  expect(modes.filter(([, mode]) => mode !== 0o600)).toEqual([]);
});

test('an engine that is killed is started again on its file, and says so', async () => {
  await put('before');
  const { pid } = engine;
  process.kill(pid, 'SIGKILL');
  await eventually(() => engine.pid !== pid);
  expect(await found('before')).toBe(true);
  await put('after');
  expect(news).toContainEqual({ kind: 'ended', how: 'was ended by SIGKILL' });
});

test('an engine that has stalled is named, and a table asked for, until it goes on', async () => {
  const { pid } = engine;
  process.kill(pid, 'SIGSTOP');
  try {
    await eventually(() => news.some(({ kind }) => kind === 'stalled'));
    const impatient = clientOf(engine, 1);
    await expect(impatient.send(new DescribeTableCommand({ TableName }))).rejects.toMatchObject({
      name: 'InternalServerError',
      message: 'stalled',
    });
    impatient.destroy();
  } finally {
    process.kill(pid, 'SIGCONT');
  }
  await eventually(() => news.at(-1)?.kind === 'well');
  expect(await found('before')).toBe(true);
});

test('one that ends again and again is given up', async () => {
  for (let kills = 0; given.length === 0; kills += 1) {
    expect(kills).toBeLessThan(10);
    const { pid } = engine;
    if (isAlive(pid)) process.kill(pid, 'SIGKILL');
    await eventually(() => given.length > 0 || engine.pid !== pid);
  }
  expect(given).toEqual([
    expect.stringMatching(/^ended 4 times within 60 seconds; at last it was ended by SIGKILL/),
  ]);
  const impatient = clientOf(engine, 1);
  await expect(impatient.send(new DescribeTableCommand({ TableName }))).rejects.toMatchObject({
    name: 'InternalServerError',
  });
  impatient.destroy();
});

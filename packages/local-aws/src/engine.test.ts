import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateTableCommand,
  DynamoDBClient,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import manifest from '../package.json';
import { engineProgram, startDynamoDb } from './dynamodb';
import { startDynamoDbLocal } from './dynamodb-local';
import { startEngine } from './engine';
import { isAlive } from './testing/processes';

const clientOf = (endpoint: string) =>
  new DynamoDBClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });

const things = new CreateTableCommand({
  TableName: 'things',
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
});

describe('the embedded DynamoDB', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dynamodb-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  test('answers on a free port as soon as it is started, and is gone after stop', async () => {
    const [one, two] = await Promise.all([startDynamoDb(), startDynamoDb()]);
    expect(one.endpoint).not.toBe(two.endpoint);
    for (const { endpoint } of [one, two]) {
      const client = clientOf(endpoint);
      expect((await client.send(new ListTablesCommand({}))).TableNames).toEqual([]);
      client.destroy();
    }
    await Promise.all([one.stop(), two.stop()]);
    expect(isAlive(one.pid) || isAlive(two.pid)).toBe(false);
  });

  test.each(['stop', 'SIGKILL'])('keeps its data in a file across %s', async (end) => {
    const file = join(folder, `${end}.db`);
    const Item = { id: { S: 'a' } };
    const first = await startDynamoDb({ file });
    const client = clientOf(first.endpoint);
    await client.send(things);
    await client.send(new PutItemCommand({ TableName: 'things', Item }));
    client.destroy();
    if (end === 'SIGKILL') process.kill(first.pid, 'SIGKILL');
    else await first.stop();
    await first.exited;
    const second = await startDynamoDb({ file });
    const again = clientOf(second.endpoint);
    expect((await again.send(new GetItemCommand({ TableName: 'things', Key: Item }))).Item).toEqual(Item);
    again.destroy();
    await second.stop();
  });

  test('reports an unexpected end', async () => {
    const engine = await startDynamoDb();
    process.kill(engine.pid, 'SIGKILL');
    expect(await engine.exited).toMatch(/^was ended by SIGKILL/);
  });

  test('the version that it names is the one that package.json pins', () => {
    const { optionalDependencies } = manifest as { optionalDependencies: Record<string, string> };
    const [version] = new Set(Object.values(optionalDependencies));
    expect(() => engineProgram('linux', 'riscv64')).toThrow(`@dynoxide/linux-riscv64@${version}"`);
  });

  test('a platform without an engine: one line that says what helps', () => {
    expect(() => engineProgram('linux', 'riscv64')).toThrow(
      expect.objectContaining({
        name: 'DynamoDbEngineMissing',
        message: expect.stringMatching(
          /^[^\n]*npm i [^\n]*@dynoxide\/linux-riscv64@\d+\.\d+\.\d+"[^\n]*DYNAMODB_ENDPOINT[^\n]*$/,
        ) as string,
      }),
    );
  });

  describe('on a taken port', () => {
    let server: Server;
    let port: number;
    beforeAll(async () => {
      server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      port = (server.address() as AddressInfo).port;
    });
    afterAll(() => server.close());

    test('does not start, and says so', async () => {
      await expect(startDynamoDb({ port })).rejects.toMatchObject({
        name: 'DynamoDbEngineFailed',
        message: `the DynamoDB engine can not listen on 127.0.0.1:${port} (EADDRINUSE)`,
      });
    });

    test('tries another one if none was given', async () => {
      const ports: number[] = [];
      const engine = await startEngine(
        {},
        (host, free) => {
          ports.push(free);
          const chosen = ports.length === 1 ? port : free;
          // The one that was free is taken by the time the engine binds it; nothing answers on it.
          return { command: engineProgram(), args: ['serve', '--host', host, '--port', String(chosen)] };
        },
        10_000,
      );
      expect(ports).toHaveLength(2);
      expect(engine.endpoint).toBe(`http://127.0.0.1:${ports[1]}`);
      await engine.stop();
    });
  });

  test('an engine that ends at once, or never answers: one line', async () => {
    const run = (program: string) => () => ({ command: process.execPath, args: ['-e', program] });
    await expect(startEngine({}, run('console.error("bad flag"); process.exit(2)'), 10_000)).rejects.toThrow(
      /^the DynamoDB engine did not start: it exited with code 2: bad flag$/,
    );
    await expect(startEngine({}, run('setInterval(() => {}, 1e6)'), 100)).rejects.toThrow(
      /^the DynamoDB engine did not answer on http:\S+ within 100 ms$/,
    );
  });
});

describe("Amazon's DynamoDB Local", () => {
  test('answers and stops, if Java is installed', async () => {
    const engine = await startDynamoDbLocal();
    if (engine === undefined) return;
    const client = clientOf(engine.endpoint);
    expect((await client.send(new ListTablesCommand({}))).TableNames).toEqual([]);
    client.destroy();
    await engine.stop();
    expect(isAlive(engine.pid)).toBe(false);
  }, 90_000);
});

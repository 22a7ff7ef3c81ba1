import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ensureTable } from '@hindsight/event-log';
import { startDynamoDb, startGuardedDynamoDb } from '@hindsight/local-aws';

export interface TestTable {
  readonly client: DynamoDBClient;
  readonly endpoint: string;
  readonly tableName: string;
  /** Another client of the same table. */
  connect(): DynamoDBClient;
  stop(): Promise<void>;
}

export const connectTo = (endpoint: string, secretAccessKey = 'local'): DynamoDBClient =>
  new DynamoDBClient({
    endpoint,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'local', secretAccessKey },
  });

type Engine = Pick<TestTable, 'endpoint' | 'connect' | 'stop'>;

async function startEngine(): Promise<Engine> {
  const given = process.env['DYNAMODB_ENDPOINT'];
  if (given !== undefined)
    return { endpoint: given, connect: () => connectTo(given), stop: () => Promise.resolve() };
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const guarded = process.env['ENGINE'] === 'guarded';
  const { endpoint, stop } = await (guarded ? startGuardedDynamoDb({ credentials }) : startDynamoDb());
  return { endpoint, connect: () => connectTo(endpoint), stop };
}

/**
 * A separate table: by default on the embedded engine, in memory; with DYNAMODB_ENDPOINT on that server; with
 * ENGINE=guarded on the engine as `npm start` runs it, which does not count capacity units.
 */
export async function startTable(): Promise<TestTable> {
  const engine = await startEngine();
  const client = engine.connect();
  const tableName = `hindsight-${process.pid}-${Date.now().toString(36)}`;
  await ensureTable(client, tableName);
  return {
    client,
    endpoint: engine.endpoint,
    tableName,
    connect: engine.connect,
    async stop() {
      client.destroy();
      await engine.stop();
    },
  };
}

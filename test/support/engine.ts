import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ensureTable } from '@hindsight/event-log';
import { memoryClient, MemoryDatabase, startDynamoDb, startGuardedDynamoDb } from '@hindsight/local-aws';

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

function memoryEngine(): Engine {
  const database = new MemoryDatabase();
  return { endpoint: '', connect: () => memoryClient(database), stop: () => Promise.resolve() };
}

async function startEngine(): Promise<Engine> {
  if (process.env['ENGINE'] === 'memory') return memoryEngine();
  const given = process.env['DYNAMODB_ENDPOINT'];
  if (given !== undefined)
    return { endpoint: given, connect: () => connectTo(given), stop: () => Promise.resolve() };
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const guarded = process.env['ENGINE'] === 'guarded';
  const { endpoint, stop } = await (guarded ? startGuardedDynamoDb({ credentials }) : startDynamoDb());
  return { endpoint, connect: () => connectTo(endpoint), stop };
}

/**
 * A table of its own: by default on the embedded engine, in memory; on the server that DYNAMODB_ENDPOINT names, where
 * it is set; with ENGINE=guarded on the engine as `npm start` runs it, which counts no units; with ENGINE=memory in this very process, without an endpoint.
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

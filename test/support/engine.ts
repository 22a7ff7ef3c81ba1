import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ensureTable } from '@hindsight/event-log';
import { startDynamoDb } from '@hindsight/local-aws';

export interface TestTable {
  readonly client: DynamoDBClient;
  readonly endpoint: string;
  readonly tableName: string;
  stop(): Promise<void>;
}

export const connect = (endpoint: string): DynamoDBClient =>
  new DynamoDBClient({
    endpoint,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });

/** A table of its own on the embedded engine, in memory; on the server that DYNAMODB_ENDPOINT names, where it is set. */
export async function startTable(): Promise<TestTable> {
  const given = process.env['DYNAMODB_ENDPOINT'];
  const engine =
    given === undefined ? await startDynamoDb({}) : { endpoint: given, stop: () => Promise.resolve() };
  const { endpoint } = engine;
  const client = connect(endpoint);
  const tableName = `hindsight-${process.pid}-${Date.now().toString(36)}`;
  await ensureTable(client, tableName);
  return {
    client,
    endpoint,
    tableName,
    async stop() {
      client.destroy();
      await engine.stop();
    },
  };
}

import { parseArgs } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ensureTable } from '@hindsight/event-log';
import { startDynamoDb } from '@hindsight/local-aws';
import { runCampaign } from './campaign';

/** `--runs N --seed S [--quick: do not look for the smallest]`: random histories against the definition, on the embedded engine. Exit code 1 when one differs. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { runs: { type: 'string' }, seed: { type: 'string' }, quick: { type: 'boolean' } },
  });
  const [runs, seed] = [Number(values.runs ?? 20_000), Number(values.seed ?? 1)];
  const engine = await startDynamoDb({});
  const client = new DynamoDBClient({
    endpoint: engine.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  try {
    await ensureTable(client, 'hindsight');
    await runCampaign({ client, tableName: 'hindsight', runs, seed, shrink: values.quick !== true });
    console.log(`${runs} histories, seed ${seed}: every answer equals the definition`);
  } catch (error) {
    console.log(error instanceof Error ? error.message : String(error));
    console.log(error instanceof Error && error.cause instanceof Error ? error.cause.message : '');
    process.exitCode = 1;
  } finally {
    client.destroy();
    await engine.stop();
  }
}

void main();

import { parseArgs } from 'node:util';
import { createDynamoDbStore, createMemoryStore, type Store } from '@hindsight/event-log';
import { startTable } from '../support/engine';
import { runCampaign } from './campaign';

/** In memory, or on the embedded engine. */
async function storesOf(name: string): Promise<{ openStore: () => Store; stop: () => Promise<void> }> {
  if (name === 'memory') return { openStore: createMemoryStore, stop: () => Promise.resolve() };
  const { client, tableName, stop } = await startTable();
  const store = createDynamoDbStore(client, tableName);
  return { openStore: () => store, stop };
}

/**
 * `--runs N --seed S [--store memory|engine]`: compares random histories with the definition. `--quick` skips
 * the search for the smallest failing history, `--spread` omits the crowded ones. Exit code 1 if one differs.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      runs: { type: 'string', default: '20000' },
      seed: { type: 'string', default: '1' },
      store: { type: 'string', default: 'memory' },
      quick: { type: 'boolean', default: false },
      spread: { type: 'boolean', default: false },
    },
  });
  const [runs, seed] = [Number(values.runs), Number(values.seed)];
  const { openStore, stop } = await storesOf(values.store);
  try {
    const { refusedShipments } = await runCampaign({
      openStore,
      runs,
      seed,
      shrink: !values.quick,
      spreadOnly: values.spread,
    });
    console.log(`${runs} histories, seed ${seed}: every answer equals the definition`);
    console.log(`${refusedShipments} refused shipments: every remedy is true`);
    console.log(`${runs} passed, 0 failed`);
  } catch (error) {
    console.log(error instanceof Error ? error.message : String(error));
    console.log(error instanceof Error && error.cause instanceof Error ? error.cause.message : '');
    console.log('0 passed, 1 failed');
    process.exitCode = 1;
  } finally {
    await stop();
  }
}

void main();

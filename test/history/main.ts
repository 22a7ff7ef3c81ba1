import { parseArgs } from 'node:util';
import { createDynamoDbStore, createMemoryStore, type Store } from '@hindsight/event-log';
import { startTable } from '../support/engine';
import { runAsProgram } from '../support/program';
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

void runAsProgram(async () => {
  const { openStore, stop } = await storesOf(values.store);
  const options = { openStore, runs, seed, shrink: !values.quick, spreadOnly: values.spread };
  const { refusedShipments } = await runCampaign(options).finally(stop);
  const lines = [
    `${runs} histories, seed ${seed}: every answer equals the definition`,
    `${refusedShipments} refused shipments: every remedy is true`,
  ];
  return { lines, passed: runs };
});

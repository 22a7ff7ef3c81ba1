import { parseArgs } from 'node:util';
import { startTable } from '../support/engine';
import { runCampaign } from './campaign';

/**
 * `--runs N --seed S`: random histories against the definition, on the engine of `startTable`. `--quick` does not look
 * for the smallest, `--spread` leaves the crowded ones out. Exit code 1 when one differs.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      runs: { type: 'string' },
      seed: { type: 'string' },
      quick: { type: 'boolean' },
      spread: { type: 'boolean' },
    },
  });
  const [runs, seed] = [Number(values.runs ?? 20_000), Number(values.seed ?? 1)];
  const table = await startTable();
  try {
    await runCampaign({
      ...table,
      runs,
      seed,
      shrink: values.quick !== true,
      spreadOnly: values.spread === true,
    });
    console.log(`${runs} histories, seed ${seed}: every answer equals the definition`);
    console.log(`${runs} passed, 0 failed`);
  } catch (error) {
    console.log(error instanceof Error ? error.message : String(error));
    console.log(error instanceof Error && error.cause instanceof Error ? error.cause.message : '');
    console.log('0 passed, 1 failed');
    process.exitCode = 1;
  } finally {
    await table.stop();
  }
}

void main();

import { parseArgs } from 'node:util';
import { runActs } from './campaign';

/** `--runs N --seed S`: compares random acts over several products with the definition. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { runs: { type: 'string', default: '2000' }, seed: { type: 'string', default: '1' } },
  });
  const [runs, seed] = [Number(values.runs), Number(values.seed)];
  try {
    const { lostRaces } = await runActs({ runs, seed });
    console.log(
      `${runs} histories, seed ${seed}, ${lostRaces} lost races: every answer equals the definition`,
    );
    console.log(`${runs} passed, 0 failed`);
  } catch (error) {
    console.log(error instanceof Error ? error.message : String(error));
    console.log(error instanceof Error && error.cause instanceof Error ? error.cause.message : '');
    console.log('0 passed, 1 failed');
    process.exitCode = 1;
  }
}

void main();

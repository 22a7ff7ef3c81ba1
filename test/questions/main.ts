import { parseArgs } from 'node:util';
import { askQuestions } from './campaign';

/** `--runs N --seed S`: random questions about random logs, each answer compared with the definition. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { runs: { type: 'string', default: '20000' }, seed: { type: 'string', default: '1' } },
  });
  const [runs, seed] = [Number(values.runs), Number(values.seed)];
  try {
    await askQuestions({ runs, seed });
    console.log(`${runs} questions, seed ${seed}: every answer equals the definition`);
    console.log(`${runs} passed, 0 failed`);
  } catch (error) {
    console.log(error instanceof Error ? error.message : String(error));
    console.log(error instanceof Error && error.cause instanceof Error ? error.cause.message : '');
    console.log('0 passed, 1 failed');
    process.exitCode = 1;
  }
}

void main();

import { differences } from '@hindsight/workflow';
import { randomFrom } from '../support/random';
import { askQuestion, type Asked } from './trial';
import { randomWorld } from './world';

/** Questions about one world. */
const EACH = 10;

/** Asks random questions; throws at the first wrong answer. */
export async function askQuestions({
  runs,
  seed,
  asking = { differences },
}: {
  readonly runs: number;
  readonly seed: number;
  readonly asking?: Asked;
}): Promise<void> {
  for (let run = 0; run < runs; run += EACH) {
    const random = randomFrom(seed * 1_000_003 + run);
    const told = await randomWorld(random);
    for (let question = run; question < Math.min(run + EACH, runs); question += 1) {
      try {
        await askQuestion(random, told, asking);
      } catch (error) {
        throw new Error(`question ${question} of seed ${seed} has a wrong answer`, { cause: error });
      }
    }
  }
}

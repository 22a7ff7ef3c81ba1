import { differences, type AnswerDiff } from '@hindsight/workflow';
import { askQuestions } from './campaign';

const RUNS = Number(process.env['QUESTIONS'] ?? 400);
const SEED = Number(process.env['SEED'] ?? 5);

jest.setTimeout(20 * 60_000);

test(`${RUNS} random questions (seed ${SEED}): ledgers and differences are those of the definition`, async () => {
  await expect(askQuestions({ runs: RUNS, seed: SEED })).resolves.toBeUndefined();
});

/** Versions of the comparison that are wrong, each of which the questions notice. */
const broken: Readonly<Record<string, typeof differences>> = {
  async *'leaves out products whose quantity is the same'(...args) {
    for await (const part of differences(...args))
      yield { ...part, products: part.products.filter(({ change }) => change !== '0') };
  },
  async *'names only the events that changed something'(...args) {
    const named = (one: AnswerDiff): AnswerDiff => ({
      ...one,
      contributions: one.contributions.filter(({ changed }) => changed.length > 0),
    });
    for await (const part of differences(...args)) yield { ...part, products: part.products.map(named) };
  },
  async *'loses the last digit'(...args) {
    const rounded = (one: AnswerDiff): AnswerDiff => ({
      ...one,
      contributions: one.contributions.map((each) => ({
        ...each,
        change: String(Number(Number(each.change).toPrecision(7))),
      })),
    });
    for await (const part of differences(...args)) yield { ...part, products: part.products.map(rounded) };
  },
};

test.each(Object.entries(broken))('a comparison that %s is noticed', async (_, asked) => {
  await expect(askQuestions({ runs: RUNS, seed: SEED, asking: { differences: asked } })).rejects.toThrow(
    'has a wrong answer',
  );
});

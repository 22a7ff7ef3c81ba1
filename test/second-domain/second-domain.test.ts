import { createMemoryStore } from '@hindsight/event-log';
import fc from 'fast-check';
import { steps } from '../history/steps';
import { AccountHistory } from './history';

const RUNS = Number(process.env['HISTORIES'] ?? 200);
const SEED = Number(process.env['SEED'] ?? 1);

test(
  `a log of bank accounts: ${RUNS} random histories (seed ${SEED}), every answer is the one of the definition`,
  async () => {
    const store = createMemoryStore();
    let played = 0;
    const property = fc.asyncProperty(steps, async (history) => {
      played += 1;
      await new AccountHistory(store, `account-${played}`).run(history);
    });
    await fc.assert(property, { numRuns: RUNS, seed: SEED });
  },
  20 * 60_000,
);

import { figures } from '../support/figures';
import { CrashCampaign, describeOutcome } from './campaign';

const CYCLES = 3;
const SEED = 1;

describe(`kill -9 of a process of the tree under load, ${CYCLES} times (seed ${SEED})`, () => {
  it('loses nothing acknowledged, doubles nothing, answers retries as at first, and verifies', async () => {
    const outcome = await new CrashCampaign(CYCLES, SEED).run();
    figures(describeOutcome(outcome));
    expect(outcome.acknowledged).toBeGreaterThan(0);
  }, 180_000);
});

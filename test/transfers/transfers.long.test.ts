import { figures } from '../support/figures';
import { describeOutcome, TransferCampaign } from './campaign';

const KILLS = 2;
const SEED = 1;

describe(`16 writers move stock among 5 products on a server that is killed ${KILLS} times (seed ${SEED})`, () => {
  it('never shows one side of a transfer without the other', async () => {
    const outcome = await new TransferCampaign(KILLS, SEED).run();
    figures(describeOutcome(outcome));
    expect(outcome.acknowledged).toBeGreaterThan(0);
  }, 180_000);
});

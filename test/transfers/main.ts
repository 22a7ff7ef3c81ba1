import { parseArgs } from 'node:util';
import { runAsProgram } from '../support/program';
import { describeOutcome, TransferCampaign } from './campaign';

/** `--kills N --seed S`: kills a server that many times while writers move stock among its products. */
const { values } = parseArgs({
  options: { kills: { type: 'string', default: '20' }, seed: { type: 'string', default: '1' } },
});
const kills = Number(values.kills);
const progress = (done: number) => void process.stderr.write(`${done} of ${kills} kills\n`);

void runAsProgram(async () => {
  const outcome = await new TransferCampaign(kills, Number(values.seed), progress).run();
  return { lines: [describeOutcome(outcome)], passed: 1 };
});

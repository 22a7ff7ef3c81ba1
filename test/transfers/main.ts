import { inspect, parseArgs } from 'node:util';
import { describeOutcome, TransferCampaign } from './campaign';

/** `--kills N --seed S`; more than `npm test` has patience for. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { kills: { type: 'string' }, seed: { type: 'string' } } });
  const [kills, seed] = [Number(values.kills ?? 20), Number(values.seed ?? 1)];
  try {
    const progress = (done: number) => void process.stderr.write(`${done} of ${kills} kills\n`);
    console.log(describeOutcome(await new TransferCampaign(kills, seed, progress).run()));
    console.log('1 passed, 0 failed');
  } catch (error) {
    console.log(inspect(error, { depth: 6 }));
    console.log('0 passed, 1 failed');
    process.exitCode = 1;
  }
}

void main();

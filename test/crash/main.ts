import { inspect, parseArgs } from 'node:util';
import { CrashCampaign, describeOutcome } from './campaign';

/** `--cycles N --seed S`; more than `npm test` has patience for. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { cycles: { type: 'string' }, seed: { type: 'string' } } });
  const [cycles, seed] = [Number(values.cycles ?? 25), Number(values.seed ?? 1)];
  try {
    const progress = (done: number) => void process.stderr.write(`${done} of ${cycles} cycles\n`);
    console.log(describeOutcome(await new CrashCampaign(cycles, seed, progress).run()));
    console.log('1 passed, 0 failed');
  } catch (error) {
    console.log(inspect(error, { depth: 6 }));
    console.log('0 passed, 1 failed');
    process.exitCode = 1;
  }
}

void main();

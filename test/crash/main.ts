import { inspect, parseArgs } from 'node:util';
import { CrashCampaign, describeOutcome } from './campaign';

/** `--cycles N --seed S`; more than `npm test` has patience for. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { cycles: { type: 'string' }, seed: { type: 'string' } } });
  const [cycles, seed] = [Number(values.cycles ?? 25), Number(values.seed ?? 1)];
  try {
    console.log(describeOutcome(await new CrashCampaign(cycles, seed).run()));
    console.log('1 passed, 0 failed');
  } catch (error) {
    console.log(inspect(error, { depth: 6 }));
    console.log('0 passed, 1 failed');
    process.exitCode = 1;
  }
}

void main();

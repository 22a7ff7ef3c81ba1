import { parseArgs } from 'node:util';
import { runAsProgram } from '../support/program';
import { CrashCampaign, describeOutcome } from './campaign';

/** `--cycles N --seed S`: kills a server that many times, and compares what it kept with what it acknowledged. */
const { values } = parseArgs({
  options: { cycles: { type: 'string', default: '25' }, seed: { type: 'string', default: '1' } },
});
const cycles = Number(values.cycles);
const progress = (done: number) => void process.stderr.write(`${done} of ${cycles} cycles\n`);

void runAsProgram(async () => {
  const outcome = await new CrashCampaign(cycles, Number(values.seed), progress).run();
  return { lines: [describeOutcome(outcome)], passed: 1 };
});

import { parseArgs } from 'node:util';
import { runAsProgram } from '../support/program';
import { runActs } from './campaign';

/** `--runs N --seed S`: compares random acts over several products with the definition. */
const { values } = parseArgs({
  options: { runs: { type: 'string', default: '2000' }, seed: { type: 'string', default: '1' } },
});
const [runs, seed] = [Number(values.runs), Number(values.seed)];

void runAsProgram(async () => {
  const { lostRaces } = await runActs({ runs, seed });
  const line = `${runs} histories, seed ${seed}, ${lostRaces} lost races: every answer equals the definition`;
  return { lines: [line], passed: runs };
});

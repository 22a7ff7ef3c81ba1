import { parseArgs } from 'node:util';
import { runAsProgram } from '../support/program';
import { ViewsCampaign } from './campaign/campaign';

const text = (value: number) => ({ type: 'string', default: String(value) }) as const;

/** `--events N --products P --kills K --answers A --seed S [--strict]` */
const { values } = parseArgs({
  options: {
    ...{ events: text(5000), products: text(200), kills: text(4), answers: text(500), seed: text(1) },
    strict: { type: 'boolean', default: false },
  },
});
const progress = (line: string) => void process.stderr.write(`${line}\n`);

void runAsProgram(async () => {
  const { events, products, kills, answers, seed, strict } = values;
  const size = { events: Number(events), products: Number(products), kills: Number(kills) };
  const campaign = new ViewsCampaign(
    { ...size, answers: Number(answers), seed: Number(seed), strict },
    progress,
  );
  const figures = Object.entries(await campaign.run());
  return { lines: figures.map(([name, value]) => `${name}: ${value}`), passed: 1 };
});

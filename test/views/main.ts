import { inspect, parseArgs } from 'node:util';
import { ViewsCampaign } from './campaign/campaign';

/** `--events N --products P --kills K --answers A --seed S [--strict]` */
async function main(): Promise<void> {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    options: {
      ...{ events: text, products: text, kills: text, answers: text, seed: text },
      strict: { type: 'boolean', default: false },
    },
  });
  const { events = 5000, products = 200, kills = 4, answers = 500, seed = 1, strict } = values;
  const size = { events, products, kills, answers, seed };
  const numbers = Object.fromEntries(Object.entries(size).map(([name, value]) => [name, Number(value)]));
  const progress = (line: string) => void process.stderr.write(`${line}\n`);
  try {
    console.log(
      await new ViewsCampaign(
        { ...(numbers as typeof numbers & Record<keyof typeof size, number>), strict },
        progress,
      ).run(),
    );
    console.log('1 passed, 0 failed');
  } catch (error) {
    console.log(inspect(error, { depth: 6 }));
    console.log('0 passed, 1 failed');
    process.exitCode = 1;
  }
}

void main();

import { parseArgs } from 'node:util';
import { brokenStores } from '../seeded-bugs/broken-stores';
import { Explorer } from './explore';
import { closingSections } from './closings';
import { crashes } from './crashes';
import { sections } from './sections';
import { viewSections } from './views';

/** `--runs N --seed S [--only NAME] [--broken STORE] [--of J --job I]`: N orders of each critical section; of J sections the I-th. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      runs: { type: 'string', default: '2000' },
      seed: { type: 'string', default: '1' },
      broken: { type: 'string', default: '' },
      only: { type: 'string', default: '' },
      of: { type: 'string', default: '1' },
      job: { type: 'string', default: '0' },
    },
  });
  const [runs, seed] = [Number(values.runs), Number(values.seed)];
  const explorer = new Explorer(brokenStores[values.broken]);
  let [passed, failed] = [0, 0];
  const ofTheLog = [...sections, ...crashes].map((section) => ({
    name: section.name,
    explore: (options: { runs: number; seed: number }) => explorer.explore(section, options),
  }));
  const chosen = [...ofTheLog, ...viewSections, ...closingSections].filter(({ name }) =>
    name.includes(values.only),
  );
  for (const [index, section] of chosen.entries()) {
    if (index % Number(values.of) !== Number(values.job)) continue;
    // An order of closings is as long as twenty others.
    const isLong = values.only === '' && closingSections.some(({ name }) => name === section.name);
    const orders = isLong ? Math.ceil(runs / 20) : runs;
    try {
      await section.explore({ runs: orders, seed });
      console.log(`${section.name}: ${orders} orders`);
      passed += 1;
    } catch (error) {
      console.log(`${section.name}: ${(error as Error).message}`);
      console.log((error as Error & { cause?: Error }).cause?.message ?? '');
      failed += 1;
    }
  }
  console.log(`${passed} passed, ${failed} failed`);
  if (failed > 0) process.exitCode = 1;
}

void main();

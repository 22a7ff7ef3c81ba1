import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect, parseArgs } from 'node:util';
import { daily, direct, http, kills, quote, type Options } from './parts';
import { restore } from './restore';

const PARTS = { direct, http, daily, kills, restore, quote };
const SAMPLE = join(__dirname, '../data/online-retail-sample.csv');

/** `--only direct,kills --file FILE --lines N --kills N --events N --questions N --seed S` */
async function main(): Promise<void> {
  const texts = ['only', 'file', 'lines', 'kills', 'events', 'questions', 'seed'] as const;
  const { values } = parseArgs({
    options: Object.fromEntries(texts.map((name) => [name, { type: 'string' as const }])),
  });
  const number = (name: (typeof texts)[number], otherwise: number) => Number(values[name] ?? otherwise);
  const only = values.only?.split(',') ?? Object.keys(PARTS);
  let [passed, failed] = [0, 0];
  for (const [name, part] of Object.entries(PARTS).filter(([part]) => only.includes(part))) {
    const folder = mkdtempSync(join(tmpdir(), 'hindsight-files-'));
    const options: Options = {
      ...{ file: values.file ?? SAMPLE, lines: number('lines', 1_499), kills: number('kills', 20), folder },
      ...{ events: number('events', 2_000), questions: number('questions', 1_000), seed: number('seed', 1) },
    };
    try {
      console.log(`${name}: ${await part(options)}`);
      passed += 1;
    } catch (error) {
      console.log(`${name}: ${inspect(error, { depth: 6 })}`);
      failed += 1;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}

void main();

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createMemoryStore } from '@hindsight/event-log';
import { readTrace } from './itf';
import { Replay } from './replay';

/** Replays the traces in a folder, or one of them: `main.js FOLDER [NUMBER]`. The last line is the counts. */
async function main(folder: string, only: string): Promise<void> {
  const files = readdirSync(folder).filter((file) => only === '' || file === `${only}.itf.json`);
  let [passed, failed, steps] = [0, 0, 0];
  for (const file of files.sort()) {
    const states = readTrace(join(folder, file));
    try {
      await new Replay(createMemoryStore(), file.replace(/\W/g, '-')).run(states);
      passed += 1;
      steps += states.length - 1;
    } catch (error) {
      failed += 1;
      console.log(`${file}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  console.log(`${passed} traces of ${steps} steps replayed, the store compared after each write`);
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

void main(process.argv[2] ?? '', process.argv[3] ?? '');

import { parseArgs } from 'node:util';
import { brokenStores } from '../seeded-bugs/broken-stores';
import { Simulator, type Outcome } from './simulate';

/** How often a long campaign prints its progress. */
const PROGRESS = 5_000;

/**
 * `--runs N --seed S`: N runs, with seeds from S on; exit code 1 if one violates anything.
 * `--broken NAME`: uses a store of ../seeded-bugs/broken-stores.ts.
 * `--trace`: prints every step of the first run. `--until-found`: stops at the first violation, and prints
 * the number of runs.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      runs: { type: 'string', default: '2000' },
      seed: { type: 'string', default: '1' },
      broken: { type: 'string', default: '' },
      trace: { type: 'boolean' },
      'until-found': { type: 'boolean' },
    },
  });
  const [runs, seed] = [Number(values.runs), Number(values.seed)];
  const simulator = new Simulator(brokenStores[values.broken]);
  let [failed, requests, events, hash] = [0, 0, 0, 0];
  const started = performance.now();
  for (let i = 0; i < runs; i += 1) {
    const outcome = await simulator.run(seed + i, values.trace);
    if ((i + 1) % PROGRESS === 0) process.stderr.write(`${i + 1} of ${runs} runs from seed ${seed}\n`);
    requests += outcome.requests;
    events += outcome.events;
    hash = (Math.imul(hash, 31) + parseInt(outcome.traceHash, 16)) >>> 0;
    if (values.trace) console.log(outcome.trace.join('\n'));
    if (outcome.violations.length === 0) continue;
    failed += 1;
    if (failed <= 20) report(outcome);
    if (values['until-found']) {
      console.log(`found after ${i + 1} runs by ${outcome.violations[0]?.checker}`);
      break;
    }
  }
  const perMinute = Math.round((runs * 60_000) / (performance.now() - started));
  console.log(
    `simulated: ${requests} requests, ${events} events, ${perMinute} runs a minute; all traces ${hash.toString(16)}`,
  );
  console.log(`${runs - failed} passed, ${failed} failed`);
  if (failed > 0) process.exitCode = 1;
}

function report({ seed, violations }: Outcome): void {
  for (const { checker, why } of violations) console.log(`seed ${seed}: ${checker}: ${why.slice(0, 1_500)}`);
}

void main();

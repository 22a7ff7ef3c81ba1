// Checks the Quint model of the append-and-repair protocol (protocol.qnt) against its invariants, half of the traces
// with one repairer and half with two; checks that every rule that is left out breaks an invariant; and replays traces
// of the model with the real log. Quint weighs 43 MB and is downloaded on demand.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../tooling/bundle.mjs';
import { fetchTool } from '../tooling/on-demand.mjs';
import { countedProgram } from '../tooling/processes.mjs';

const model = join(root, 'test/model/main.qnt');
const overrides = { antlr4ts: '0.5.0-alpha.4' };

function fetchQuint() {
  try {
    const folder = fetchTool('quint', { '@informalsystems/quint': '0.33.1' }, overrides);
    return join(folder, 'node_modules/@informalsystems/quint/dist/src/cli.js');
  } catch {
    console.log('not run: the model (@informalsystems/quint could not be downloaded)');
    return undefined;
  }
}

/** One run of the campaign: its options, and what passed and failed so far. */
class ModelCampaign {
  counts = { passed: 0, failed: 0 };

  constructor(program, options) {
    this.program = program;
    this.options = options;
    // Each half of the traces has a module of its own, and what is replayed is of the first half.
    this.half = Math.ceil(Number(options.runs) / 2);
  }

  #count(ok, line) {
    console.log(`${ok ? 'ok    ' : 'FAILED'}  ${line}`);
    this.counts[ok ? 'passed' : 'failed'] += 1;
  }

  /** @returns what Quint printed, and whether it found a state that breaks an invariant */
  #quint(main, samples, more = []) {
    const { steps, seed } = this.options;
    const args = ['run', model, '--backend=typescript', `--main=${main}`, `--max-samples=${samples}`];
    args.push(`--max-steps=${steps}`, `--seed=${seed}`, '--invariant=invariants', ...more);
    const options = { cwd: root, encoding: 'utf8' };
    const { stdout, stderr } = spawnSync(process.execPath, [this.program, ...args], options);
    const printed = `${stdout}${stderr}`;
    return {
      printed,
      found: /\[violation\].*/.exec(printed)?.[0],
      holds: printed.includes('[ok] No violation found'),
    };
  }

  checkInvariants(folder) {
    const { replays, steps, only } = this.options;
    const out = ['--verbosity=1', `--n-traces=${replays}`, `--out-itf=${folder}/{seq}.itf.json`];
    const halves = [
      ['replayable', out],
      ['crowded', ['--verbosity=2']],
    ];
    for (const [main, more] of only === '' ? halves : halves.slice(0, 1)) {
      const { holds, printed } = this.#quint(main, this.half, more);
      this.#count(holds, `${main}: ${this.half} traces of ${steps} steps keep the invariants`);
      if (!holds) console.log(printed);
    }
  }

  checkThatItCanFail() {
    const broken = readFileSync(model, 'utf8').matchAll(/^module (without_\w+)/gm);
    for (const [, main] of broken) {
      const samples = Math.max(1000, Number(this.options.runs));
      const { found, printed } = this.#quint(main, samples, ['--verbosity=1']);
      const caught = found !== undefined;
      this.#count(caught, `${main} breaks an invariant${caught ? '' : `, and was not caught:\n${printed}`}`);
    }
  }

  async replay(folder) {
    const { passed, failed } = await countedProgram('test/model/main.ts', [folder, this.options.only]);
    this.counts.passed += passed;
    this.counts.failed += failed + (passed === 0 ? 1 : 0);
  }
}

/** `keep`: a folder in which the traces stay; `only`: the number of one trace, which is made again and replayed alone. */
export async function campaign(options) {
  const { runs, replays, keep, only } = options;
  if (!(Number(replays) <= Math.ceil(Number(runs) / 2)))
    throw new Error(`--replays ${replays}: at most half of the traces (--runs ${runs}) can be replayed`);
  const program = fetchQuint();
  if (program === undefined) return undefined;
  const run = new ModelCampaign(program, options);
  const traces = keep === '' ? mkdtempSync(join(tmpdir(), 'hindsight-model-')) : keep;
  try {
    run.checkInvariants(traces);
    if (only === '') run.checkThatItCanFail();
    await run.replay(traces);
  } finally {
    if (keep === '') rmSync(traces, { recursive: true, force: true });
  }
  return run.counts;
}

// npm run test:model [-- --traces 1000 --replays 50 --seed 1 --steps 45 --only NUMBER]
//
// Runs the Quint model of the append-and-repair protocol (protocol.qnt) against its invariants, half of the traces
// with one repairer and half with two; checks that every rule that is left out breaks an invariant; and plays traces
// of the model with the real log on the embedded engine. Quint weighs 43 MB and is fetched when asked for.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bundle, root } from '../tooling/bundle.mjs';
import { fetchTool } from '../tooling/on-demand.mjs';

const { values } = parseArgs({
  options: {
    traces: { type: 'string', default: '1000' },
    replays: { type: 'string', default: '50' },
    seed: { type: 'string', default: '1' },
    steps: { type: 'string', default: '45' },
    /** A folder for the traces, which stay there. */
    keep: { type: 'string' },
    /** The number of one trace, as a failure names it: made again, and played alone. */
    only: { type: 'string' },
  },
});
const model = join(root, 'test/model/main.qnt');
const overrides = { antlr4ts: '0.5.0-alpha.4' };
let [passed, failed] = [0, 0];

// Each half of the traces has a module of its own, and what is replayed is of the first half.
const half = Math.ceil(Number(values.traces) / 2);
if (!(Number(values.replays) <= half)) {
  console.error(
    `--replays ${values.replays}: at most half of the traces (--traces ${values.traces}) can be replayed, ${half}`,
  );
  process.exit(2);
}

function count(ok, line) {
  console.log(`${ok ? 'ok    ' : 'FAILED'}  ${line}`);
  if (ok) passed += 1;
  else failed += 1;
}

/** @returns what Quint said, and whether it found a state that breaks an invariant */
function quint(program, main, samples, more = []) {
  const args = ['run', model, '--backend=typescript', `--main=${main}`, `--max-samples=${samples}`];
  args.push(`--max-steps=${values.steps}`, `--seed=${values.seed}`, '--invariant=invariants', ...more);
  const { stdout, stderr } = spawnSync(process.execPath, [program, ...args], { cwd: root, encoding: 'utf8' });
  const said = `${stdout}${stderr}`;
  const found = /\[violation\].*/.exec(said)?.[0];
  return { said, found, holds: said.includes('[ok] No violation found') };
}

function checkInvariants(program, folder) {
  const out = ['--verbosity=1', `--n-traces=${values.replays}`, `--out-itf=${folder}/{seq}.itf.json`];
  const halves = [
    ['replayable', out],
    ['crowded', ['--verbosity=2']],
  ];
  for (const [main, more] of values.only === undefined ? halves : halves.slice(0, 1)) {
    const { holds, said } = quint(program, main, half, more);
    count(holds, `${main}: ${half} traces of ${values.steps} steps hold the invariants`);
    if (!holds) console.log(said);
  }
}

function checkThatItCanFail(program) {
  const broken = readFileSync(model, 'utf8').matchAll(/^module (without_\w+)/gm);
  for (const [, main] of broken) {
    const samples = Math.max(1000, Number(values.traces));
    const { found, said } = quint(program, main, samples, ['--verbosity=1']);
    count(found !== undefined, `${main} breaks an invariant${found ? '' : `, and was not caught:\n${said}`}`);
  }
}

async function replay(folder) {
  const program = join(root, 'test/build/replay.js');
  await bundle('test/model/main.ts', program);
  const env = { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };
  const { stdout, stderr } = spawnSync(process.execPath, [program, folder, values.only ?? ''], {
    cwd: root,
    encoding: 'utf8',
    env,
  });
  process.stdout.write(stdout.replace(/^\d+ passed, \d+ failed\n/m, '') + stderr);
  const [, good, bad] = /^(\d+) passed, (\d+) failed$/m.exec(stdout) ?? [0, 0, 1];
  passed += Number(good);
  failed += Number(bad);
  if (Number(good) === 0) failed += 1;
}

function tool() {
  try {
    return fetchTool('quint', { '@informalsystems/quint': '0.33.1' }, overrides);
  } catch {
    return undefined;
  }
}

const folder = tool();
if (folder === undefined) {
  console.log('not run: the model (@informalsystems/quint could not be fetched)');
} else {
  const program = join(folder, 'node_modules/@informalsystems/quint/dist/src/cli.js');
  const traces = values.keep ?? mkdtempSync(join(tmpdir(), 'hindsight-model-'));
  try {
    checkInvariants(program, traces);
    if (values.only === undefined) checkThatItCanFail(program);
    await replay(traces);
  } finally {
    if (values.keep === undefined) rmSync(traces, { recursive: true, force: true });
  }
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

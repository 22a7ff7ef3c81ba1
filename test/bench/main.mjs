// npm run bench [-- --lengths 10,100,1000,10000,100000 --contestants log,http,… --operations append,… --quick]
//
// Hindsight beside what a user would otherwise take, on one engine in one run: medians, ratios, requests, units and
// bytes. The table goes to standard output, and with `--out FOLDER` there as bench.md and bench.json.
// Times depend on the machine and on what else it does; ratios, requests and units hardly do.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { format, resolveConfig } from 'prettier';
import { startEngine } from './engine.mjs';
import { measureCold, measureHot, measureLengths, measureOperations } from './phases.mjs';
import { startRelay } from './relay.mjs';
import { reportOf } from './report.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const ALL = 'log,http,castore,castore-snapshots,emmett,sample,floor,floor-transaction';
const { values } = parseArgs({
  options: {
    lengths: { type: 'string', default: '10,100,1000,10000,100000' },
    contestants: { type: 'string', default: ALL },
    operations: { type: 'string', default: 'append,stateNow,stateAt,read100,batch25,late,hot,cold' },
    distances: { type: 'string', default: '1,100,10000' },
    rounds: { type: 'string', default: '300' },
    budget: { type: 'string', default: '2000' },
    burst: { type: 'string', default: '25' },
    warmup: { type: 'string', default: '300' },
    out: { type: 'string' },
  },
});
const list = (text) => text.split(',').filter(Boolean);
const options = {
  lengths: list(values.lengths).map(Number),
  contestants: list(values.contestants),
  operations: list(values.operations),
  distances: list(values.distances).map(Number),
  /** Of one operation of one contestant at one length: times at most, and milliseconds at most. */
  rounds: Number(values.rounds),
  budget: Number(values.budget),
  /** How often a contestant does it before it is the next one's turn. */
  burst: Number(values.burst),
  /** How often each does each operation before anything is timed; the start has a measurement of its own. */
  warmup: Number(values.warmup),
};

/** The others come with an install of their own: nobody but this program needs them. */
function installContestants() {
  if (!options.contestants.some((key) => key.startsWith('castore') || key === 'emmett')) return;
  const folder = join(here, 'contestants');
  if (existsSync(join(folder, 'node_modules/@castore/core'))) return;
  execFileSync('npm', ['ci', '--ignore-scripts'], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
}

const git = (...args) => execFileSync('git', args, { cwd: here, encoding: 'utf8' }).trim();

async function open(endpoint, keys) {
  const { contestants } = await import('./contestants/index.mjs');
  const opened = [];
  for (const key of keys) opened.push({ key, ...(await contestants[key]({ endpoint })) });
  return opened;
}

const say = (line) =>
  void process.stderr.write(`${(performance.now() / 1000).toFixed(0).padStart(4)} s  ${line}\n`);

async function run() {
  const engine = await startEngine();
  const relay = await startRelay(engine.endpoint);
  const opened = [];
  try {
    const sides = await open(engine.endpoint, options.contestants);
    opened.push(...sides);
    const counted = await open(relay.endpoint, options.contestants);
    opened.push(...counted);
    const context = { ...options, sides, counted, relay, say, endpoint: engine.endpoint };
    const { times, counts } = await measureOperations(context);
    // What only counts would be in the way of what is timed.
    for (const { stop } of opened.splice(sides.length)) await stop();
    const ends = options.operations.includes('append') ? await measureLengths(context) : {};
    const hot = options.operations.includes('hot') ? await measureHot(context) : {};
    const cold = options.operations.includes('cold') ? await measureCold(context) : {};
    const names = Object.fromEntries(sides.map(({ key, name }) => [key, name]));
    return { names, times, counts, ends, hot, cold };
  } finally {
    for (const { stop } of opened) await stop();
    relay.stop();
    await engine.stop();
  }
}

/** In the format that the repository's files have. */
async function keep(file, text) {
  const options = (await resolveConfig(file)) ?? {};
  writeFileSync(file, await format(text, { ...options, filepath: file }));
}

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
installContestants();
const measured = {
  commit: `${git('rev-parse', '--short', 'HEAD')}${git('status', '--porcelain') === '' ? '' : ' and changes'}`,
  command: ['npm run bench --', ...process.argv.slice(2)].join(' '),
  machine: `${cpus().length} cores, ${process.platform}-${process.arch}, Node ${process.version}`,
  options,
  ...(await run()),
};
const report = reportOf(measured);
process.stdout.write(report);
if (values.out !== undefined) {
  mkdirSync(values.out, { recursive: true });
  await keep(join(values.out, 'bench.md'), report);
  await keep(join(values.out, 'bench.json'), JSON.stringify(measured));
}

// Prints the size of every Lambda bundle, how long Node takes to load it (of a processor's time, which other work on
// the machine disturbs less, and by the clock) and how much memory it then has, each the median of several fresh
// processes: `npm run measure`. Fails where a bundle is larger than it may be.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const RUNS = 7;
/** Bytes. */
const LIMITS = { handler: 650_000, gateway: 1_600_000 };

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const handlers = join(root, 'apps/handlers/dist');
const bundles = [
  ...readdirSync(handlers).map((name) => ({ name, file: join(handlers, name, 'index.js'), kind: 'handler' })),
  { name: 'gateway', file: join(root, 'terraform/build/gateway/index.js'), kind: 'gateway' },
];

const PROBE = `
  const [start, used] = [performance.now(), process.cpuUsage()];
  const { handler } = require(process.argv[1]);
  const [ms, { user, system }] = [performance.now() - start, process.cpuUsage(used)];
  if (typeof handler !== 'function') throw new Error('no handler');
  console.log(JSON.stringify({ ms, cpu: (user + system) / 1000, mib: process.memoryUsage.rss() / 2 ** 20 }));
  process.exit();
`;
const env = {
  PATH: process.env.PATH,
  NODE_OPTIONS: '--enable-source-maps',
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  AWS_REGION: 'eu-central-1',
  TABLE_NAME: 'measured',
  STATE_MACHINE_ARN: 'arn:aws:states:eu-central-1:123456789012:stateMachine:measured',
  ASYNC_STATE_MACHINE_ARN: 'arn:aws:states:eu-central-1:123456789012:stateMachine:measured-async',
};

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const probe = (file) =>
  JSON.parse(execFileSync(process.execPath, ['-e', PROBE, file], { env, encoding: 'utf8' }));
const kb = (bytes) => `${Math.round(bytes / 1000)} kB`;

const rows = bundles.map(({ name, file, kind }) => {
  const runs = Array.from({ length: RUNS }, () => probe(file));
  const size = statSync(file).size;
  return {
    bundle: name,
    minified: kb(size),
    zipped: kb(gzipSync(readFileSync(file)).length),
    'processor time to load': `${Math.round(median(runs.map(({ cpu }) => cpu)))} ms`,
    'loads in': `${Math.round(median(runs.map(({ ms }) => ms)))} ms`,
    'memory loaded': `${Math.round(median(runs.map(({ mib }) => mib)))} MiB`,
    fits: size <= LIMITS[kind] ? 'yes' : `NO: over ${kb(LIMITS[kind])}`,
  };
});
console.table(rows);
if (rows.some(({ fits }) => fits !== 'yes')) process.exitCode = 1;

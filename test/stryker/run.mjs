// Mutation testing of the core: `npm run test:stryker [-- --package domain|event-log|verify|workflow] [--concurrency N]`.
// Stryker changes the sources in thousands of small ways and runs the tests that reach each change. It takes an hour
// of a core, weighs 65 MB, and is wanted seldom: it is fetched when asked for, and is not a dependency.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../tooling/bundle.mjs';
import { fetchTool } from '../tooling/on-demand.mjs';
import { packages } from './packages.mjs';

const { values } = parseArgs({
  options: {
    package: { type: 'string', multiple: true, default: Object.keys(packages) },
    concurrency: { type: 'string', default: '1' },
    /** Also the changes that act while modules load: each runs every test of its package. */
    static: { type: 'boolean', default: false },
    /** Only these files or lines, as Stryker's `mutate` takes them. */
    mutate: { type: 'string', multiple: true },
  },
});
const tool = fetchTool('stryker', {
  '@stryker-mutator/core': '9.6.1',
  '@stryker-mutator/mocha-runner': '9.6.1',
  mocha: '11.8.0',
  expect: '30.5.2',
  'jest-each': '30.5.2',
  'jest-mock': '30.5.2',
});
const reports = join(root, '.stryker');

const configOf = (name) => ({
  testRunner: 'mocha',
  plugins: [join(tool, 'node_modules/@stryker-mutator/mocha-runner/dist/src/index.js')],
  mochaOptions: { require: ['./test/stryker/jest-in-mocha.cjs'], spec: packages[name].tests },
  coverageAnalysis: 'perTest',
  concurrency: Number(values.concurrency),
  mutate: values.mutate ?? packages[name].mutate,
  ignorePatterns: [
    'dist',
    'build',
    'coverage',
    '.turbo',
    '.hindsight',
    'cdktf.out',
    '/terraform',
    '/docs',
    '/.stryker',
  ],
  tempDirName: join(reports, `${name}`),
  ignoreStatic: !values.static,
  incremental: true,
  incrementalFile: join(reports, `${name}.incremental.json`),
  reporters: ['progress-append-only', 'clear-text', 'json'],
  clearTextReporter: { allowColor: false, reportTests: false, reportMutants: false, reportScoreTable: true },
  jsonReporter: { fileName: join(reports, `${name}.json`) },
  timeoutMS: 10_000,
  disableTypeChecks: false,
  allowConsoleColors: false,
});

const env = {
  ...process.env,
  STRYKER_TOOLS: tool,
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
};
/** Changes on which the tests could not be run at all: no score says anything while there are any. */
function notJudged(report) {
  const { files } = JSON.parse(readFileSync(report, 'utf8'));
  const mutants = Object.values(files).flatMap((file) => file.mutants);
  return mutants.filter(({ status }) => status === 'RuntimeError' || status === 'CompileError');
}

mkdirSync(reports, { recursive: true });
for (const name of values.package) {
  const config = join(reports, `${name}.config.json`);
  writeFileSync(config, JSON.stringify(configOf(name), null, 2));
  const report = join(reports, `${name}.json`);
  rmSync(report, { force: true });
  const stryker = join(tool, 'node_modules/@stryker-mutator/core/bin/stryker.js');
  const { status } = spawnSync(process.execPath, [stryker, 'run', config], {
    ...{ cwd: root, stdio: 'inherit' },
    env: { ...env, ...packages[name].env },
  });
  const [first, ...more] = status === 0 ? notJudged(report) : [];
  if (first !== undefined)
    console.error(
      `${1 + more.length} changes were not judged, the first for: ${first.statusReason?.slice(0, 500)}`,
    );
  if (status !== 0 || first !== undefined) process.exitCode = 1;
}

// Stryker changes the sources in thousands of small ways and runs the tests that reach each change. It takes an hour of
// a core, weighs 65 MB and is used rarely: it is downloaded on demand, and is not a dependency.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../tooling/bundle.mjs';
import { fetchTool } from '../tooling/on-demand.mjs';
import { packages } from './packages.mjs';

const reports = join(root, '.stryker');

const fetchStryker = () =>
  fetchTool('stryker', {
    '@stryker-mutator/core': '9.6.1',
    '@stryker-mutator/mocha-runner': '9.6.1',
    mocha: '11.8.0',
    expect: '30.5.2',
    'jest-each': '30.5.2',
    'jest-mock': '30.5.2',
  });

const configOf = (name, tool, values) => ({
  testRunner: 'mocha',
  plugins: [join(tool, 'node_modules/@stryker-mutator/mocha-runner/dist/src/index.js')],
  mochaOptions: { require: ['./test/stryker/jest-in-mocha.cjs'], spec: packages[name].tests },
  coverageAnalysis: 'perTest',
  concurrency: Number(values.jobs),
  mutate: values.mutate === '' ? packages[name].mutate : values.mutate.split(','),
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

/** Reads a report. @returns the changes that were noticed, that survived, and that could not be judged at all */
function judge(report) {
  const { files } = JSON.parse(readFileSync(report, 'utf8'));
  const mutants = Object.values(files).flatMap((file) => file.mutants);
  const having = (...kinds) => mutants.filter(({ status }) => kinds.includes(status));
  return {
    noticed: having('Killed', 'Timeout').length,
    survived: having('Survived', 'NoCoverage').length,
    broken: having('RuntimeError', 'CompileError'),
  };
}

/** @returns whether every change was judged; a surviving change is a figure of the report, and no failure */
function mutate(name, tool, values) {
  const config = join(reports, `${name}.config.json`);
  writeFileSync(config, JSON.stringify(configOf(name, tool, values), null, 2));
  const report = join(reports, `${name}.json`);
  rmSync(report, { force: true });
  const stryker = join(tool, 'node_modules/@stryker-mutator/core/bin/stryker.js');
  const tools = { STRYKER_TOOLS: tool, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };
  const { status } = spawnSync(process.execPath, [stryker, 'run', config], {
    ...{ cwd: root, stdio: 'inherit' },
    env: { ...process.env, ...tools, ...packages[name].env },
  });
  if (status !== 0) return false;
  const { noticed, survived, broken } = judge(report);
  console.log(`${name}: ${noticed} changes noticed, ${survived} survived`);
  const [first, ...more] = broken;
  if (first === undefined) return true;
  const reason = first.statusReason?.slice(0, 500);
  console.log(`${1 + more.length} changes were not judged, the first because of: ${reason}`);
  return false;
}

/** `only`: the packages; `mutate`: only these files or lines; `static`: also what runs while modules load. */
export function campaign({ only, ...values }) {
  const tool = fetchStryker();
  mkdirSync(reports, { recursive: true });
  const judged = only.split(',').map((name) => mutate(name, tool, values));
  const passed = judged.filter(Boolean).length;
  return { passed, failed: judged.length - passed };
}

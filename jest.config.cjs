'use strict';

/** The folders of the workspaces; tests resolve them to their sources, so that no build is needed first. */
const packages = 'api|bitemporal|client|domain|event-log|import|views|workflow|local-aws';
const apps = 'gateway|handlers|local';

// The AWS SDK's note on the end of Node 20, in every worker, hides what a run has to say.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

/**
 * `*.long.test.ts` is left to `npm run test:all`, which sets TESTS=all; TESTS=long selects only those. A file that is
 * named on the command line always runs.
 */
const scopes = {
  short: '!(*.long).test.ts',
  long: '*.long.test.ts',
  all: '*.test.ts',
  // In a real browser: `npm run test:browser`.
  browser: '*.browser.ts',
};
const named = process.argv.slice(2).some((argument) => argument.includes('.long'));
const scope = named ? 'all' : (process.env.TESTS ?? 'short');

/** @type {import('jest').Config} */
module.exports = {
  rootDir: __dirname,
  testEnvironment: 'node',
  testMatch: [`<rootDir>/(packages|apps|test)/**/${scopes[scope]}`],
  // `terraform/` has an install and a test run of its own.
  testPathIgnorePatterns: ['/node_modules/', '/(dist|build)/', '<rootDir>/terraform/'],
  modulePathIgnorePatterns: [
    '/(dist|build)/',
    '/cdktf.out/',
    '<rootDir>/terraform/',
    '<rootDir>/.hindsight/',
    '<rootDir>/.stryker/',
  ],
  moduleNameMapper: {
    [`^@hindsight/(${packages})$`]: '<rootDir>/packages/$1/src/index',
    [`^@hindsight/(${apps})$`]: '<rootDir>/apps/$1/src/index',
    '^fast-check$': '<rootDir>/test/tooling/fast-check.cjs',
  },
  transform: {
    // jose is published as ES modules only, and the exporter of spans imports `http` when it first needs it: Node takes
    // both as they are, and Jest does not.
    '(\\.ts|/node_modules/(jose|@opentelemetry/otlp-exporter-base)/.*\\.js)$': [
      '@swc/jest',
      {
        swcrc: false,
        sourceMaps: 'inline',
        jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
        module: { type: 'commonjs' },
      },
    ],
  },
  transformIgnorePatterns: ['/node_modules/(?!jose/|@opentelemetry/otlp-exporter-base/)'],
  globalSetup: '<rootDir>/test/tooling/generate.cjs',
  reporters: ['default', '<rootDir>/test/tooling/count-reporter.cjs'],
  // Jest leaves one core free by default, which on two cores means one worker.
  maxWorkers: '100%',
  // A browser shares a loaded machine with the server that it looks at.
  testTimeout: scope === 'browser' ? 300_000 : 30_000,
  restoreMocks: true,
};

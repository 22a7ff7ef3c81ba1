'use strict';

/** Tests, and what they share in a folder `testing` of the sources. */
const testCode = '^test/|\\.test\\.ts$|/src/testing/';

/** Production code: the sources of the workspaces without their tests. */
const production = { path: '^(packages|apps|terraform)/', pathNot: `${testCode}|\\.[cm]js$` };

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Two files that need each other are one file, or lack a third.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'packages-know-no-apps',
      comment: 'Arrows point one way: apps → packages → domain, event-log → bitemporal.',
      severity: 'error',
      from: { path: '^packages/' },
      to: { path: '^(apps|terraform|test)/' },
    },
    {
      name: 'apps-know-no-apps',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^(apps|terraform)/', pathNot: '^apps/$1/' },
    },
    {
      name: 'terraform-knows-packages-only',
      comment: 'It reads the bundles of the apps as files.',
      severity: 'error',
      from: { path: '^terraform/' },
      to: { path: '^(apps|test)/' },
    },
    {
      name: 'bitemporal-stands-alone',
      comment: 'Time, history and comparison know no domain, no library and no Node module.',
      severity: 'error',
      from: { path: '^packages/bitemporal/src/', pathNot: testCode },
      to: { pathNot: '^packages/bitemporal/src/' },
    },
    {
      name: 'domain-knows-bitemporal-only',
      comment: 'The inventory imports nothing else of the house.',
      severity: 'error',
      from: { path: '^packages/domain/src/' },
      to: { path: '^(packages|apps|terraform|test)/', pathNot: '^packages/(domain|bitemporal)/src/' },
    },
    {
      name: 'domain-is-pure',
      comment:
        'No AWS, no Node modules: libraries for decimals, schemas and the distance of words, and nothing else.',
      severity: 'error',
      from: { path: '^packages/domain/src/', pathNot: '\\.test\\.ts$' },
      to: {
        pathNot: '^(packages/|node_modules/(big\\.js|@types/big\\.js|fastest-levenshtein|zod)/)',
      },
    },
    {
      name: 'api-knows-the-domain-only',
      comment: 'The contract says what is sent and answered, not how that is done.',
      severity: 'error',
      from: { path: '^packages/api/' },
      to: { path: '^packages/', pathNot: '^packages/(api|domain)/' },
    },
    {
      name: 'views-know-the-domain-only',
      comment: 'They read the log through an interface of their own.',
      severity: 'error',
      from: { path: '^packages/views/src/' },
      to: { path: '^packages/', pathNot: '^packages/(views|domain|bitemporal)/' },
    },
    {
      name: 'import-runs-anywhere',
      comment: 'It reads files in Node and in browsers: no Node module, and of the house the domain only.',
      severity: 'error',
      from: { path: '^packages/import/src/' },
      to: { pathNot: '^(packages/(import|domain|bitemporal)/src/|node_modules/@noble/hashes/)' },
    },
    {
      name: 'client-is-generated',
      comment: 'The client knows the OpenAPI document alone; users install it without the rest.',
      severity: 'error',
      from: { path: '^packages/client/src/' },
      to: { path: '^packages/', pathNot: '^packages/client/' },
    },
    {
      name: 'event-log-knows-no-product',
      comment: 'It is a log for any domain.',
      severity: 'error',
      from: { path: '^packages/event-log/' },
      to: { path: '^packages/', pathNot: '^packages/(event-log|bitemporal)/' },
    },
    {
      name: 'event-log-in-layers',
      comment: 'Arrows point one way: maintenance → write → read → storage.',
      severity: 'error',
      from: { path: '^packages/event-log/src/(storage|read|write)/', pathNot: testCode },
      to: { path: '^packages/event-log/src/maintenance/' },
    },
    {
      name: 'event-log-reads-write-nothing',
      severity: 'error',
      from: { path: '^packages/event-log/src/(storage|read)/', pathNot: testCode },
      to: { path: '^packages/event-log/src/write/' },
    },
    {
      name: 'event-log-storage-is-the-ground',
      severity: 'error',
      from: { path: '^packages/event-log/src/storage/', pathNot: testCode },
      to: { path: '^packages/event-log/src/read/' },
    },
    {
      name: 'aws-behind-the-store',
      comment: 'Of AWS, the log knows only what its DynamoDB store does.',
      severity: 'error',
      from: {
        path: '^packages/event-log/src/',
        pathNot: '^packages/event-log/src/storage/dynamodb|\\.test\\.ts$',
      },
      to: { path: '^node_modules/@aws-sdk/' },
    },
    {
      name: 'local-aws-is-for-local-use',
      comment: 'The stand-ins for AWS never reach what is deployed.',
      severity: 'error',
      from: {
        path: '^(packages|apps|terraform)/',
        pathNot: `^(packages/local-aws|apps/(local|cli))/|${testCode}`,
      },
      to: { path: '^packages/local-aws/' },
    },
    {
      name: 'packages-by-their-index',
      comment: 'A package is what its index.ts exports.',
      severity: 'error',
      from: { path: '^(packages|apps|terraform)/([^/]+)/' },
      to: { path: '^packages/[^/]+/', pathNot: '^($1/$2/|packages/[^/]+/src/index\\.ts$)' },
    },
    {
      name: 'no-test-code-in-production',
      severity: 'error',
      from: production,
      to: { path: testCode },
    },
    {
      name: 'no-dev-dependency-in-production',
      severity: 'error',
      from: production,
      to: {
        dependencyTypes: ['npm-dev'],
        dependencyTypesNot: ['type-only'],
        pathNot: '^node_modules/@types/',
      },
    },
    {
      name: 'no-unlisted-dependency',
      comment: 'What a workspace imports stands in its own package.json.',
      severity: 'error',
      from: production,
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'resolvable',
      comment:
        'terraform/ and the contestants of the benchmark have installs of their own; bundles exist only after a build.',
      severity: 'error',
      from: { pathNot: '^(terraform|test/bench/contestants)/' },
      to: { couldNotResolve: true, pathNot: '/dist/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|build|cdktf\\.out|coverage|\\.gen)/' },
    // Imports of types are dependencies too.
    tsPreCompilationDeps: true,
    // Resolves the workspaces to their sources: no build needed.
    tsConfig: { fileName: `${__dirname}/test/tsconfig.json` },
    combinedDependencies: false,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};

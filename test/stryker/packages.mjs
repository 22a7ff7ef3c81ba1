const sources = (name) => [
  `packages/${name}/src/**/*.ts`,
  `!packages/${name}/src/**/*.test.ts`,
  `!packages/${name}/src/testing/**`,
  `!packages/${name}/src/**/*.generated.ts`,
  `!packages/${name}/src/index.ts`,
];

const VERIFY = 'packages/event-log/src/maintenance/verify/**/*.ts';
/** Small sizes: each change runs the tests again. */
const SMALL = { LENGTHS: '10,300', DISTANCES: '1,100', HISTORIES: '40', ORDERS: '3' };
/** Tests of the log of which each takes long: they judge only what the others let pass. */
const SLOW = 'concurrency|cost|follow|late-right|repair';

/** What of each package is changed, the tests that must notice, and what these find in the environment. */
export const packages = {
  domain: { mutate: sources('domain'), tests: ['packages/domain/src/**/*.test.ts'] },
  'event-log': {
    mutate: [...sources('event-log'), `!${VERIFY}`],
    tests: [
      'packages/event-log/src/**/*.test.ts',
      `test/event-log/!(${SLOW}).test.ts`,
      `test/event-log/@(${SLOW}).test.ts`,
      'test/history/history.test.ts',
      'test/interleavings/interleavings.test.ts',
    ],
    env: SMALL,
  },
  verify: {
    mutate: [VERIFY, '!packages/event-log/src/**/*.test.ts'],
    tests: ['packages/event-log/src/maintenance/verify/*.test.ts', 'test/verify/*.test.ts'],
    env: SMALL,
  },
  workflow: {
    mutate: sources('workflow'),
    // The machine, with the functions' own code, on the local interpreter and the embedded engine.
    tests: ['packages/workflow/src/**/*.test.ts', 'test/stryker/executions.ts'],
  },
};

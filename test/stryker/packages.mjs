const sources = (name) => [
  `packages/${name}/src/**/*.ts`,
  `!packages/${name}/src/**/*.test.ts`,
  `!packages/${name}/src/testing/**`,
  `!packages/${name}/src/**/*.generated.ts`,
  `!packages/${name}/src/index.ts`,
];

/** What of each package is changed, and the tests that must notice. */
export const packages = {
  domain: { mutate: sources('domain'), tests: ['packages/domain/src/**/*.test.ts'] },
  'event-log': { mutate: sources('event-log'), tests: ['test/event-log/*.test.ts'] },
  workflow: { mutate: sources('workflow'), tests: ['packages/workflow/src/**/*.test.ts'] },
};

'use strict';

const base = require('../jest.config.cjs');

/** The root's way of testing, from the sources, for what has an install of its own. */
module.exports = {
  ...base,
  rootDir: __dirname,
  testMatch: ['<rootDir>/src/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  modulePathIgnorePatterns: ['<rootDir>/(dist|build|cdktf\\.out)/'],
  moduleNameMapper: {
    '^@hindsight/(bitemporal|domain|event-log|views|workflow)$': '<rootDir>/../packages/$1/src/index',
  },
  globalSetup: '<rootDir>/../test/tooling/generate.cjs',
  setupFilesAfterEnv: ['<rootDir>/src/testing/cdktf.ts'],
  reporters: ['default', '<rootDir>/../test/tooling/count-reporter.cjs'],
};

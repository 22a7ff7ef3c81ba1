'use strict';

const base = require('../../jest.config.cjs');

/** The deployment is a run of its own: it takes minutes, and needs tools that not every machine has. */
module.exports = {
  ...base,
  rootDir: __dirname,
  testMatch: ['<rootDir>/*.deploy.ts'],
  modulePathIgnorePatterns: [],
  moduleNameMapper: {},
  globalSetup: undefined,
  reporters: ['default', '<rootDir>/../tooling/count-reporter.cjs'],
  maxWorkers: 1,
  testTimeout: 900_000,
};

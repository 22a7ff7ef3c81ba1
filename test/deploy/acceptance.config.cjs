'use strict';

const base = require('../../jest.config.cjs');

/** The acceptance scenarios as they are, against what DEPLOYED_URL names instead of what `npm start` runs. */
module.exports = {
  ...base,
  rootDir: __dirname,
  testMatch: ['<rootDir>/../acceptance/*.test.ts'],
  roots: ['<rootDir>/../acceptance', '<rootDir>/../support', '<rootDir>'],
  modulePathIgnorePatterns: [],
  moduleNameMapper: { '/support/processes$': '<rootDir>/deployed-server' },
  globalSetup: undefined,
  reporters: ['default'],
  maxWorkers: 1,
};

'use strict';

const { execFileSync } = require('node:child_process');
const { existsSync } = require('node:fs');
const { join } = require('node:path');

const scripts = [
  'packages/domain/scripts/generate-registry.mjs',
  'packages/client/scripts/generate-types.mjs',
];

/** Writes what is generated and not committed, the registry and the client's types, before any suite imports it. */
module.exports = function generate() {
  for (const script of scripts.map((path) => join(__dirname, '../..', path))) {
    if (existsSync(script))
      execFileSync(process.execPath, [script], { stdio: ['ignore', 'ignore', 'inherit'] });
  }
};

'use strict';

const { execFileSync } = require('node:child_process');
const { existsSync } = require('node:fs');
const { join } = require('node:path');

/** Writes the registry of event types, which is generated and not committed, before any suite imports it. */
module.exports = function generate() {
  const script = join(__dirname, '../../packages/domain/scripts/generate-registry.mjs');
  if (existsSync(script))
    execFileSync(process.execPath, [script], { stdio: ['ignore', 'ignore', 'inherit'] });
};

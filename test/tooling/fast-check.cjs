'use strict';

/**
 * What tests get for `fast-check`: the library with a fixed seed, so that a run of the tests says something about the
 * code and nothing about luck. `SEED=7 npm test` explores others.
 */
const fc = require('../../node_modules/fast-check/lib/cjs/fast-check.js');

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(process.env.SEED ?? 1) });

module.exports = fc;

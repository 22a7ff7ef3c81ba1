'use strict';

// Runs jest's tests under mocha. Stryker runs the tests anew for each of thousands of changes; jest loads every module
// again each time, mocha keeps them, which makes minutes of hours. The tests keep to what both have: `describe`,
// `it`, `test`, tables of them (`each`), the hooks, and `expect`, which is jest's own.
const { readFileSync } = require('node:fs');
const Module = require('node:module');
const { join } = require('node:path');
const { transformSync } = require('@swc/core');

/** The copy that holds the changed sources, in which this file is too. */
const root = join(__dirname, '../..');
/** Where Stryker and its helpers were installed. */
const tools = Module.createRequire(join(process.env.STRYKER_TOOLS, 'node_modules/'));

const resolve = Module._resolveFilename;
Module._resolveFilename = function resolveSources(request, ...rest) {
  const [, name] = /^@hindsight\/([a-z-]+)$/.exec(request) ?? [];
  return name === undefined
    ? resolve.call(this, request, ...rest)
    : join(root, `packages/${name}/src/index.ts`);
};

Module._extensions['.ts'] = (module, filename) => {
  const { code } = transformSync(readFileSync(filename, 'utf8'), {
    filename,
    swcrc: false,
    jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
    module: { type: 'commonjs' },
  });
  module._compile(code, filename);
};

// That a change is noticed is enough: no smaller example is looked for, nor for longer than that.
require('fast-check').configureGlobal({ endOnFailure: true, interruptAfterTimeLimit: 1500 });

const { expect } = tools('expect');
const { bind } = tools('jest-each');
const { ModuleMocker } = tools('jest-mock');
const { interfaces } = tools('mocha');
const { bdd } = interfaces;
const mocker = new ModuleMocker(globalThis);
/** Stryker makes one regular expression of the titles of the tests that it wants, which must not grow too large. */
const TITLE = 200;

interfaces.bdd = function jestUi(suite) {
  bdd(suite);
  suite.on('pre-require', (context, file) => {
    const { describe, it, before, after } = context;
    // jest's third argument, a patience, is Stryker's business here.
    const declare = (plain) => {
      const declared = (title, work) => plain(String(title).slice(0, TITLE), work);
      return Object.assign(declared, { each: bind(declared, false) });
    };
    const jest = {
      setTimeout: () => undefined,
      requireActual: Module.createRequire(file),
      spyOn: mocker.spyOn.bind(mocker),
      restoreAllMocks: () => mocker.restoreAllMocks(),
    };
    const test = declare(it);
    Object.assign(context, { expect, jest, describe: declare(describe), it: test, test });
    Object.assign(context, { beforeAll: (work) => before(work), afterAll: (work) => after(work) });
  });
};

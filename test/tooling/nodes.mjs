// npm run test:nodes [-- --versions 22,24] [--tests 'FOLDER …']
//
// Runs the built server and a part of the tests on other versions of Node than the one that is installed. The npm
// packages behind `node` bring them, into a folder of the cache. Its last line is `N passed, N failed`, for CI.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { root } from './bundle.mjs';
import { fetchTool } from './on-demand.mjs';

const TESTS =
  'packages/bitemporal packages/domain packages/workflow packages/local-aws apps/gateway/src/server apps/gateway/src/routes test/local/guard test/local/restart';
const { values } = parseArgs({
  options: { versions: { type: 'string', default: '22,24' }, tests: { type: 'string', default: TESTS } },
});

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** What `npm start` starts, one append and one read. @throws if any of it fails */
async function smoke(node) {
  const folder = mkdtempSync(join(tmpdir(), 'hindsight-node-'));
  const port = await freePort();
  const env = { ...process.env, PORT: String(port), HOST: '', DATA_DIR: folder, DYNAMODB_ENDPOINT: '' };
  const child = spawn(node, ['apps/local/dist/main.js'], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  let said = '';
  child.stdout.on('data', (chunk) => (said += String(chunk)));
  try {
    while (!said.includes('listens on')) {
      if (child.exitCode !== null) throw new Error('npm start: the server did not start');
      await pause(50);
    }
    const product = `http://127.0.0.1:${port}/products/thing`;
    const body = JSON.stringify({ eventType: 'productReceived', quantity: 5 });
    const headers = { 'content-type': 'application/json' };
    const { status } = await fetch(`${product}/events`, { method: 'POST', headers, body });
    const { state } = await (await fetch(`${product}/state`)).json();
    if (status !== 201 || state.quantity !== '5')
      throw new Error(`npm start: ${status}, ${JSON.stringify(state)}`);
  } finally {
    child.kill('SIGTERM');
    const [code] = await ended;
    rmSync(folder, { recursive: true, force: true });
    if (code !== 0) process.stdout.write(`the server ended with ${code}\n`);
  }
}

/** Runs jest; resolves to its counts. */
async function jest(node) {
  const args = ['node_modules/jest/bin/jest.js', '--maxWorkers=2', ...values.tests.split(' ')];
  const child = spawn(node, args, { cwd: root, env: process.env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      said += String(chunk);
      process.stdout.write(chunk);
    });
  await once(child, 'close');
  const [, passed = 0, failed = 1] = /^(\d+) passed, (\d+) failed/m.exec(said) ?? [];
  return { passed: Number(passed), failed: Number(failed) };
}

/** The program of a version; undefined if npm can't fetch it. */
function programOf(version) {
  // The package `node` itself has an install script, which fetches this one.
  const binary = `node-${process.platform}-${process.arch}`.replace('win32', 'win');
  try {
    return join(fetchTool(`node-${version}`, { [binary]: version }), 'node_modules', binary, 'bin/node');
  } catch {
    console.log(`not run: Node ${version} could not be fetched`);
    return undefined;
  }
}

async function run(version) {
  const node = programOf(version);
  if (node === undefined) return { passed: 0, failed: 0 };
  const exact = String(execFileSync(node, ['--version'])).trim();
  console.log(`\n== Node ${exact}`);
  const started = await smoke(node).then(
    () => true,
    (error) => console.log(error.message),
  );
  console.log(`npm start on ${exact}: ${started ? 'ok' : 'FAILED'}`);
  const { passed, failed } = await jest(node);
  return { passed: passed + (started ? 1 : 0), failed: failed + (started ? 0 : 1) };
}

const sum = { passed: 0, failed: 0 };
for (const version of values.versions.split(',')) {
  const { passed, failed } = await run(version);
  sum.passed += passed;
  sum.failed += failed;
}
console.log(`\n${sum.passed} passed, ${sum.failed} failed`);
process.exitCode = sum.failed > 0 ? 1 : 0;

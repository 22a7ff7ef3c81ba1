import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ownServer } from '../support/own-server';

jest.setTimeout(240_000);

const root = join(__dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'hindsight-packages-'));
afterAll(() => rmSync(folder, { recursive: true }));

const server = ownServer();
const run = (command: string, ...args: readonly string[]) =>
  promisify(execFile)(command, args, { cwd: folder, env: { ...process.env, HINDSIGHT_URL: server.url } });

const PROGRAM = `
import { createClient, type Schemas } from '@hindsight-inventory/client';

async function main(): Promise<void> {
  const client = createClient({ baseUrl: process.env['HINDSIGHT_URL'] ?? '' });
  const { data } = await client.GET('/products/{productId}/state', { params: { path: { productId: 'lamp' } } });
  const state: Schemas['State'] | undefined = data?.state;
  console.log(state?.quantity);
}
void main();
`;

test('the packages work in an empty folder, without a registry', async () => {
  await run(process.execPath, join(root, 'apps/cli/scripts/pack.mjs'), folder);
  const tarballs = readdirSync(folder).map((name) => join(folder, name));
  expect(tarballs).toHaveLength(2);
  writeFileSync(join(folder, 'package.json'), '{"private":true}');
  await run('npm', 'install', '--offline', '--no-audit', '--no-fund', ...tarballs);

  const command = join(folder, 'node_modules/.bin/hindsight-inventory');
  const event = '{"eventType":"productReceived","quantity":123456789012.123456}';
  expect((await run(command, '--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect((await run(command, 'append', 'lamp', event)).stdout).toMatch(/^lamp, version 1: stored/);
  expect((await run(command, '--help')).stdout).toMatch(/^Usage: hindsight-inventory /);
  // On the table of the server, without the service.
  const verified = await run(command, 'verify', '--data-dir', server.dataDir);
  expect(verified.stdout).toMatch(/every invariant holds/);

  writeFileSync(join(folder, 'program.ts'), PROGRAM);
  const options = ['--strict', '--module', 'nodenext', '--target', 'es2022', '--types', 'node'];
  const types = ['--typeRoots', join(root, 'node_modules/@types')];
  await run(join(root, 'node_modules/.bin/tsc'), ...options, ...types, 'program.ts');
  expect((await run(process.execPath, 'program.js')).stdout).toBe('123456789012.123456\n');
});

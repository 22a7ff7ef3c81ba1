// Removes a stack and keeps its event log: `npm run retire -- STACK`. Terraform forgets the table (and the key that
// encrypts it), which stay in the account as they are, and destroys the rest. A later deployment takes them back in
// with the setting `adoptTable`.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = join(dirname(fileURLToPath(import.meta.url)), '..');
const [stack, ...rest] = process.argv.slice(2);
if (!/^[a-z][a-z0-9-]{0,9}$/.test(stack ?? '')) {
  console.error('usage: npm run retire -- STACK [OPTIONS OF cdktf destroy]');
  process.exit(2);
}

function run(command, args, stdio = 'inherit') {
  const { status, stdout, error } = spawnSync(command, args, { cwd: folder, stdio, encoding: 'utf8' });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
  return stdout;
}
const cdktf = (...args) => run('npx', ['--no-install', 'cdktf', ...args]);
const terraform = (...args) => ['terraform', [`-chdir=cdktf.out/stacks/${stack}`, ...args]];

cdktf('synth');
run(...terraform('init', '-input=false'));
const known = run(...terraform('state', 'list'), ['ignore', 'pipe', 'inherit']).split('\n');
const kept = known.filter((address) =>
  ['aws_dynamodb_table.event_log', 'aws_kms_key.encryption_key'].includes(address),
);
if (kept.length > 0) run(...terraform('state', 'rm', ...kept));
cdktf('destroy', stack, '--skip-synth', ...rest);

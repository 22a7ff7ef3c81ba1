import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { runHindsight } from '../support/hindsight';
import { ownServer } from '../support/own-server';

jest.setTimeout(120_000);

const server = ownServer();
const program = `${process.execPath} ${join(__dirname, '../../apps/cli/bin/hindsight.cjs')}`;

/** Runs a line of a shell in which `$H` is the command line. */
const shell = (line: string) =>
  promisify(execFile)('bash', ['-c', line], {
    env: { ...process.env, H: program, HINDSIGHT_URL: server.url, DATA_DIR: server.dataDir },
  });

const receipt = (quantity: number) => JSON.stringify({ eventType: 'productReceived', quantity });

beforeAll(async () => {
  expect(await runHindsight(['append', 'lamp', receipt(7)], { HINDSIGHT_URL: server.url })).toMatchObject({
    code: 0,
  });
});

// A device that is always full; only Linux has it.
(existsSync('/dev/full') ? test : test.skip).each([
  'events lamp --json',
  'state lamp',
  `append lamp '${receipt(1)}'`,
  'tail lamp --after 0 --count 1',
  'verify',
  'completion bash',
  '--help',
])('output that is lost is an error (requires /dev/full of Linux): %s', async (args) => {
  const { stdout, stderr } = await shell(`$H ${args} > /dev/full; echo "exit $?"`);
  expect(stdout).toBe('exit 5\n');
  expect(stderr).toMatch(/the output can't be written: ENOSPC/);
});

test('a reader that goes away is none', async () => {
  const { stdout, stderr } = await shell('$H events lamp --json | true; echo "exit ${PIPESTATUS[0]}"');
  expect([stdout, stderr]).toEqual(['exit 0\n', '']);
});

test('a script completes commands, options and their values', async () => {
  const complete = (...words: readonly string[]) =>
    `COMP_WORDS=(hindsight ${words.join(' ')}); COMP_CWORD=${words.length}; _hindsight; echo "\${COMPREPLY[*]}"`;
  const lines = [
    'source <($H completion bash)',
    complete('sta'),
    complete('state', 'lamp', '--as'),
    complete('events', 'lamp', '--order', "''"),
  ];
  expect((await shell(lines.join('; '))).stdout.split('\n')).toEqual([
    'state',
    '--as-of',
    'recorded effective',
    '',
  ]);
  expect((await shell('$H completion fish')).stdout).toMatch(
    /^complete -c hindsight -n __fish_use_subcommand -a append -d /,
  );
});

test('the version, and what there is in place of an unknown command', async () => {
  expect((await shell('$H --version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  const unknown = await runHindsight(['stat', 'lamp']);
  expect(unknown.code).toBe(2);
  expect(unknown.complaints).toMatch(
    /^hindsight: unknown command 'stat'\n\(Did you mean state\?\)\nCommands: append, .*, verify, /,
  );
});

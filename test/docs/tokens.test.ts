import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startServer } from '../support/processes';
import { exchangesIn } from './transcript';

const guide = readFileSync(join(__dirname, '../../docs/how-to/operations.md'), 'utf8');
const run = promisify(execFile);

jest.setTimeout(60_000);

test('the guide makes a file of tokens that a server takes, and says what it then answers', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hindsight-tokens-'));
  const [, make = ''] = /```sh\n(TOKEN=[^]*?)```/.exec(guide) ?? [];
  const { stdout } = await run('bash', ['-ec', `${make}printf %s "$TOKEN"`], { cwd: folder });
  const [, file = ''] = /^HOST=\S+ API_TOKENS_FILE=(\S+) npm start$/m.exec(guide) ?? [];
  // On loopback: once there are tokens, they are asked for everywhere.
  const server = await startServer(join(folder, 'data'), { API_TOKENS_FILE: join(folder, file) });
  const exchanges = exchangesIn(guide, 'shellsession');
  const said: string[] = [];
  for (const { command } of exchanges) {
    const text = command.replaceAll('localhost:3000', server.url.replace('http://', ''));
    const answer = await run('bash', ['-c', text], { env: { ...process.env, TOKEN: stdout } });
    said.push(answer.stdout.trim());
  }
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
  expect(exchanges).toHaveLength(4);
  expect(said).toEqual(exchanges.map(({ answer }) => answer.trim()));
});

import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort, startServer, type RunningServer } from '../support/processes';

const page = readFileSync(join(__dirname, '../../docs/how-to/small-company.md'), 'utf8');
const block = (language: string): string =>
  new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``).exec(page)?.[1] ?? '';
const unit = block('ini');

jest.setTimeout(120_000);

let folder: string;
let server: RunningServer | undefined;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'hindsight-company-'))));
afterEach(async () => {
  await server?.stop();
  server = undefined;
  rmSync(folder, { recursive: true, force: true });
});

test('systemd accepts the unit file', () => {
  const file = join(folder, 'hindsight.service');
  writeFileSync(file, unit.replace('/usr/bin/node', process.execPath));
  expect(unit).toContain('ExecStart=/usr/bin/node apps/local/dist/main.js');
  // Machines without systemd check the settings only, below.
  const complaints = existsSync('/usr/bin/systemd-analyze')
    ? execFileSync('bash', ['-c', 'systemd-analyze verify "$0" 2>&1 || true', file], { encoding: 'utf8' })
    : '';
  expect(complaints.split('\n').filter((line) => line.includes('hindsight.service'))).toEqual([]);
});

test('with the settings of the unit file, a proxy reaches the server, and only with a token', async () => {
  const settings = Object.fromEntries(
    [...unit.matchAll(/^Environment=(\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]),
  );
  expect(Object.keys(settings)).toContain('API_TOKENS_FILE');
  const tokens = join(folder, 'tokens.json');
  const sha256 = createHash('sha256').update('secret').digest('hex');
  writeFileSync(tokens, JSON.stringify([{ name: 'till', sha256, scopes: ['state:read', 'events:write'] }]));
  const metricsPort = String(await freePort());
  const own = { ...settings, API_TOKENS_FILE: tokens, METRICS_PORT: metricsPort };
  server = await startServer(join(folder, 'data'), { ...own, DATA_DIR: join(folder, 'data') });
  const { url } = server;
  const status = async (path: string, ...headers: string[]): Promise<string> => {
    const args = headers.flatMap((header) => ['-H', header]);
    const run = promisify(execFile);
    return (await run('curl', ['-s', '-o', '/dev/null', '-w', '%{http_code}', ...args, path])).stdout;
  };
  const proxied = ['Host: stock.example.com', 'X-Forwarded-For: 192.0.2.7'];
  expect(await status(`${url}/products`, ...proxied)).toBe('401');
  expect(await status(`${url}/products`, ...proxied, 'Authorization: Bearer secret')).toBe('200');
  expect(await status(`${url}/products`, 'Host: evil.example', 'Authorization: Bearer secret')).toBe('421');
  expect(await status(`${url}/metrics`, ...proxied)).toBe('404');
  expect(await status(`http://127.0.0.1:${metricsPort}/metrics`)).toBe('200');
  await server.stop();
  expect((await server.ended).code).toBe(0);
});

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { buildSync } from 'esbuild';
import { publishedEngine, publishEngine, takeDataDir } from './data-dir';

const root = mkdtempSync(join(tmpdir(), 'data-dir-'));
const program = join(root, 'take.js');
let folder: string;

beforeAll(() => {
  const source = `
    import { takeDataDir } from ${JSON.stringify(join(__dirname, 'data-dir.ts'))};
    try { takeDataDir(process.argv[2]); console.log('taken'); } catch (error) { console.log(error.message); }
    process.stdin.resume();`;
  buildSync({
    stdin: { contents: source, resolveDir: __dirname },
    bundle: true,
    platform: 'node',
    outfile: program,
  });
});
beforeEach(() => {
  folder = mkdtempSync(join(root, 'case-'));
});
afterAll(() => rmSync(root, { recursive: true }));

/** A process that takes a folder and holds it until it is ended; and what came of it. */
async function taker(of: string) {
  const child = spawn(process.execPath, [program, of], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [said] = (await once(createInterface(child.stdout), 'line')) as [string];
  return {
    pid: child.pid,
    said,
    async end(signal: NodeJS.Signals) {
      const ended = once(child, 'exit');
      child.kill(signal);
      await ended;
    },
  };
}

const locks = () => readdirSync(folder).filter((name) => name.startsWith('lock'));

test('a missing folder is created and locked', () => {
  const deep = join(folder, 'a', 'b');
  takeDataDir(deep);
  expect(readdirSync(deep)).toEqual(['lock.1']);
});

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

test('a folder and its files that others could read are closed to them', () => {
  chmodSync(folder, 0o755);
  for (const name of ['hindsight.db', 'hindsight.db-wal'])
    writeFileSync(join(folder, name), '', { mode: 0o644 });
  takeDataDir(folder);
  expect(modeOf(folder)).toBe('700');
  const names = readdirSync(folder);
  expect(names.sort()).toEqual(['hindsight.db', 'hindsight.db-wal', 'lock.1']);
  for (const name of names) expect([name, modeOf(join(folder, name))]).toEqual([name, '600']);
});

test('a folder with other things in it stays as it is, but for our files', () => {
  chmodSync(folder, 0o755);
  for (const name of ['hindsight.db', 'notes.txt']) writeFileSync(join(folder, name), '', { mode: 0o644 });
  takeDataDir(folder);
  const modes = ['.', 'hindsight.db', 'notes.txt'].map((name) => modeOf(join(folder, name)));
  expect(modes).toEqual(['755', '600', '644']);
});

test.each([
  ['hindsight.db', (file: string, other: string) => symlinkSync(other, file)],
  ['lock.7', (file: string) => execFileSync('sh', ['-c', 'mkfifo "$0"', file])],
  ['engine.json', (file: string) => mkdirSync(file)],
])('a %s that is not a file is refused, and nothing behind it is touched', (name, plant) => {
  const other = join(root, `other-${name}`);
  writeFileSync(other, 'mine', { mode: 0o644 });
  plant(join(folder, name), other);
  expect(() => takeDataDir(folder)).toThrow(
    `DATA_DIR ${folder} has a ${name} that is not a file of this user: another user may have put it there`,
  );
  expect([modeOf(other), readFileSync(other, 'utf8')]).toEqual(['644', 'mine']);
});

test('a folder is found through a link to it, and is one folder', () => {
  const link = join(root, 'link');
  symlinkSync(folder, link);
  takeDataDir(link);
  expect(locks()).toEqual(['lock.1']);
  expect(() => takeDataDir(folder)).toThrow(/is in use by process/);
});

test('a folder that others write to and that has other things in it is refused in one line', () => {
  writeFileSync(join(folder, 'notes.txt'), '');
  chmodSync(folder, 0o777);
  expect(() => takeDataDir(folder)).toThrow(
    /^DATA_DIR \S+ has other files in it, [^\n]+ a folder of its own$/,
  );
  expect(modeOf(folder)).toBe('777');
});

test('only one process can lock it; the error names that process', async () => {
  const holder = await taker(folder);
  expect(holder.said).toBe('taken');
  expect(() => takeDataDir(folder)).toThrow(`DATA_DIR ${folder} is in use by process ${holder.pid}`);
  await holder.end('SIGTERM');
});

test.each(['SIGTERM', 'SIGKILL'] as const)(
  'it is free as soon as its process has ended by %s',
  async (signal) => {
    await (await taker(folder)).end(signal);
    takeDataDir(folder);
    expect(locks()).toEqual(['lock.2']);
  },
);

test('a reused process id of an earlier owner does not keep the folder locked', () => {
  writeFileSync(join(folder, 'lock.7'), `${process.pid}\nanother time`);
  takeDataDir(folder);
  expect(locks()).toEqual(['lock.8']);
});

test('of many that want it at once after a crash, one gets it', async () => {
  await (await taker(folder)).end('SIGKILL');
  const takers = await Promise.all(Array.from({ length: 8 }, () => taker(folder)));
  const winners = takers.filter(({ said }) => said === 'taken');
  expect(winners).toHaveLength(1);
  for (const { said } of takers)
    expect(['taken', `DATA_DIR ${folder} is in use by process ${winners[0]?.pid}`]).toContain(said);
  await Promise.all(takers.map(({ end }) => end('SIGKILL')));
});

test('a folder that can not be made is refused in one line', () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  expect(() => takeDataDir(join(file, 'below'))).toThrow(/^DATA_DIR \S+ can not be used: [^\n]+$/);
});

test('the owner publishes the address of its engine; an address of an earlier owner is ignored', async () => {
  const engine = { endpoint: 'http://127.0.0.1:1', table: 'hindsight', secret: 's3cret' };
  expect(publishedEngine(folder)).toBeUndefined();
  const holder = await taker(folder);
  writeFileSync(
    join(folder, 'engine.json'),
    JSON.stringify({ ...engine, holder: { pid: '1', start: 'before' } }),
  );
  expect(publishedEngine(folder)).toBeUndefined();
  await holder.end('SIGKILL');
  takeDataDir(folder);
  publishEngine(folder, engine);
  expect(publishedEngine(folder)).toEqual(engine);
  rmSync(join(folder, 'lock.2'));
  expect(publishedEngine(folder)).toBeUndefined();
});

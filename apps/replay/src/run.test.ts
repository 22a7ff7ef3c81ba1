import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './run';
import { MemoryLog } from './testing/log';
import { serveLog } from './testing/server';

const sample = join(__dirname, '../../../test/data/online-retail-sample.csv');
const log = new MemoryLog();
let server: Awaited<ReturnType<typeof serveLog>>;

beforeAll(async () => {
  server = await serveLog(log);
});
beforeEach(() => {
  // The progress bar is for people.
  jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  log.streams.clear();
  log.before = () => undefined;
});
afterAll(() => server.close());

/** Runs the command against the double, and answers its exit code and all that it said. */
async function command(argv: readonly string[], signal = new AbortController().signal) {
  const said: string[] = [];
  const add = (text: string) => void said.push(text);
  const code = await run([...argv, '--url', server.url], { signal, say: add, complain: add });
  return { code, text: said.join('\n') };
}

test('replays a file, compares and ends well; a second run finds all of it', async () => {
  const first = await command([sample]);
  expect(first.code).toBe(0);
  expect(first.text).toMatch(/recorded {8}1,553\n.*\n.*\nrefused {9}0\n(.*\n)*mismatches {6}0$/);
  const second = await command([sample]);
  expect(second.code).toBe(0);
  expect(second.text).toMatch(/skipped {9}1,553 /);
});

test('an interruption stops it and says how to go on', async () => {
  const stop = new AbortController();
  log.before = () => {
    if (log.streams.size === 20) stop.abort();
    return undefined;
  };
  const stopped = await command([sample], stop.signal);
  expect(stopped.code).toBe(130);
  expect(stopped.text).toMatch(/mismatches {6}not compared\n\nStopped: \d+ of 1,553 events done\./);
  const resumed = await command([sample]);
  expect(resumed.code).toBe(0);
  expect(resumed.text).not.toMatch(/skipped {9}0/);
});

test('an interruption before the first event is one, too', async () => {
  const { code, text } = await command([sample], AbortSignal.abort());
  expect(code).toBe(130);
  expect(text).toContain('Stopped: 0 of 1,553 events done.');
});

test('a refused event fails the run', async () => {
  log.before = (productId) =>
    productId === 'B' ? { stored: false, problem: 'insufficient-stock', why: 'no' } : undefined;
  const { code, text } = await command([sample]);
  expect(code).toBe(1);
  expect(text).toContain('refused: B, from opening: 409; no');
  expect(text).toContain('mismatch: B: expected 0 after 4 events, found nothing');
});

test('a mismatch fails the run', async () => {
  await command([sample]);
  log.streams.get('B')!.stocks[3]! += 1;
  const { code, text } = await command([sample]);
  expect(code).toBe(1);
  expect(text).toContain('mismatch: B: expected 0 after 4 events, found 1 after 4 events');
});

test('help, wrong usage and files that cannot be used', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'replay-run-'));
  const wrong = join(folder, 'wrong.csv');
  writeFileSync(wrong, 'a,b\n1,2\n');
  expect(await command(['--help'])).toMatchObject({
    code: 0,
    text: expect.stringMatching(/^Usage: npm run replay/),
  });
  expect(await command([])).toMatchObject({
    code: 2,
    text: expect.stringMatching(/^name the file to replay\n\nUsage/),
  });
  expect(await command([join(folder, 'absent.csv')])).toMatchObject({
    code: 2,
    text: expect.stringContaining('ENOENT'),
  });
  expect(await command([wrong])).toMatchObject({
    code: 2,
    text: expect.stringContaining('the header lacks'),
  });
  rmSync(folder, { recursive: true });
});

test('says so when there is no server', async () => {
  const gone = await serveLog(log);
  await gone.close();
  const said: string[] = [];
  const { signal } = new AbortController();
  const code = await run([sample, '--url', gone.url], {
    signal,
    say: () => undefined,
    complain: (text) => said.push(text),
  });
  expect(code).toBe(1);
  expect(said.join('\n')).toMatch(
    /^no server answers at http.*ECONNREFUSED.*\nWith the server up \(npm start\)/,
  );
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryLog } from '../testing/log';
import { serveLog } from '../testing/server';
import { createClient } from './client';
import { importFile } from './run';

const sample = join(__dirname, '../../../../test/data/online-retail-sample.csv');
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

/** Loads a file over HTTP into the double, and answers the exit code and all that was said. */
async function load(file: string, signal = new AbortController().signal, url = server.url) {
  const said: string[] = [];
  const client = createClient({ url, signal });
  const options = { file, client, target: url, limit: Infinity, concurrency: 4, batch: 25 };
  const code = await importFile(options, { signal, say: (text) => void said.push(text) });
  return { code, text: said.join('\n') };
}

test('loads a file and compares it; a second run finds all of it', async () => {
  const first = await load(sample);
  expect(first.code).toBe(0);
  expect(first.text).toMatch(/recorded {8}1,553\n.*\n.*\nrefused {9}0\n(.*\n)*mismatches {6}0$/);
  const second = await load(sample);
  expect(second.code).toBe(0);
  expect(second.text).toMatch(/skipped {9}1,553 /);
});

test('an interruption stops it and says how to go on', async () => {
  const stop = new AbortController();
  log.before = () => {
    if (log.streams.size === 20) stop.abort();
    return undefined;
  };
  const stopped = await load(sample, stop.signal);
  expect(stopped.code).toBe(130);
  expect(stopped.text).toMatch(/mismatches {6}not compared\n\nStopped: \d+ of 1,553 events done\./);
  const resumed = await load(sample);
  expect(resumed.code).toBe(0);
  expect(resumed.text).not.toMatch(/skipped {9}0/);
});

test('an interruption before the first event is one, too', async () => {
  const { code, text } = await load(sample, AbortSignal.abort());
  expect(code).toBe(130);
  expect(text).toContain('Stopped: 0 of 1,553 events done.');
});

test('a refused event fails the run', async () => {
  log.before = (productId) =>
    productId === 'B' ? { stored: false, problem: 'insufficient-stock', why: 'no' } : undefined;
  const { code, text } = await load(sample);
  expect(code).toBe(1);
  expect(text).toContain('refused: B, from opening: 409; no');
  expect(text).toContain('mismatch: B: expected 0 after 4 events, found nothing');
});

test('a mismatch fails the run', async () => {
  await load(sample);
  log.streams.get('B')!.stocks[3]! += 1;
  const { code, text } = await load(sample);
  expect(code).toBe(1);
  expect(text).toContain('mismatch: B: expected 0 after 4 events, found 1 after 4 events');
});

test('a file that is missing, one without the columns, and no server are errors', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'import-run-'));
  const wrong = join(folder, 'wrong.csv');
  writeFileSync(wrong, 'a,b\n1,2\n');
  await expect(load(join(folder, 'absent.csv'))).rejects.toThrow('ENOENT');
  await expect(load(wrong)).rejects.toThrow('the header lacks');
  rmSync(folder, { recursive: true });
  const gone = await serveLog(log);
  await gone.close();
  const running = new AbortController().signal;
  await expect(load(sample, running, gone.url)).rejects.toThrow(/no server answers at http.*ECONNREFUSED/);
});

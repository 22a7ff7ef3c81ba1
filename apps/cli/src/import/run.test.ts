import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryClient, type WatchedClient } from '../testing/client';
import { checkFile, importFile, type Ask, type ImportOptions } from './run';

const sample = join(__dirname, '../../../../test/data/online-retail-sample.csv');
const folder = mkdtempSync(join(tmpdir(), 'import-run-'));
let client: WatchedClient;

beforeEach(() => {
  // The progress bar is for people.
  jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  client = memoryClient();
});
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
function written(content: string): string {
  const file = join(folder, `${(files += 1)}.csv`);
  writeFileSync(file, content);
  return file;
}

interface With extends Partial<ImportOptions> {
  readonly signal?: AbortSignal;
  readonly ask?: Ask;
}

/** Loads a file, and answers the exit code and all that was said. */
async function load(file: string, { signal = new AbortController().signal, ask, ...more }: With = {}) {
  const said: string[] = [];
  const options = { file, client, target: 'memory', limit: Infinity, concurrency: 4, batch: 25 };
  const surroundings = { signal, say: (text: string) => void said.push(text), ...(ask && { ask }) };
  const code = await importFile({ ...options, onConflict: 'flag', ...more }, surroundings);
  return { code, text: said.join('\n') };
}

test('loads a file and compares it; a second run changes nothing', async () => {
  const first = await load(sample);
  expect(first.code).toBe(0);
  expect(first.text).toMatch(/recorded {8}1,499\n.*\n.*\nrefused {9}0\n(.*\n)*mismatches {6}0$/);
  const second = await load(sample);
  expect(second.code).toBe(0);
  expect(second.text).toMatch(/recorded {8}0\n/);
  expect(second.text).toMatch(/mismatches {6}0$/);
});

test("tomorrow's file adds to today's, also if it repeats some of it", async () => {
  const [head = '', ...rows] = readFileSync(sample, 'utf8').trimEnd().split('\n');
  for (const part of [rows.slice(0, 500), rows.slice(400, 1_000), rows.slice(1_000)])
    expect((await load(written([head, ...part].join('\n')))).code).toBe(0);
  const whole = await load(sample);
  expect(whole.text).toMatch(/recorded {8}0\n/);
  expect(whole.text).toMatch(/mismatches {6}0$/);
});

test('an interruption stops it and says how to go on', async () => {
  const stop = new AbortController();
  client.before = () => {
    if (client.appended.length === 20) stop.abort();
    return undefined;
  };
  const stopped = await load(sample, { signal: stop.signal });
  expect(stopped.code).toBe(130);
  expect(stopped.text).toMatch(/mismatches {6}not compared\n\nStopped: \d+ of 1,499 events done\./);
  const recorded = Number(/recorded {8}(\d+)/.exec(stopped.text)![1]);
  const resumed = await load(sample);
  expect(resumed.code).toBe(0);
  expect(Number(/recorded {8}([\d,]+)/.exec(resumed.text)![1]!.replace(',', ''))).toBe(1_499 - recorded);
});

test('an interruption before the first event is one, too', async () => {
  const { code, text } = await load(sample, { signal: AbortSignal.abort() });
  expect(code).toBe(130);
  expect(text).toContain('Stopped: 0 of 1,499 events done.');
});

describe('lines that are refused', () => {
  const content =
    'date,order,sku,qty,note\n2026-11-01,1,A,-5,\n2026-11-02,2,A,"x",\n2026-11-03,3,A,2,"a, b"\n';

  test('by their content, are listed and written to a file, and nothing is sent', async () => {
    const file = written(content);
    await expect(load(file)).rejects.toThrow(
      `1 line is refused; they are in ${file}.refused.csv, and nothing was sent; --skip-refused imports the others`,
    );
    expect(client.appended).toEqual([]);
    expect(readFileSync(`${file}.refused.csv`, 'utf8')).toBe(
      'refused line,reason,date,order,sku,qty,note\n3,"quantity ""x"" must be a decimal of at most 6 places",2026-11-02,2,A,x,\n',
    );
  });

  test('are left out by --skip-refused, and can be corrected and imported by themselves', async () => {
    const file = written(content);
    const { code, text } = await load(file, { skipRefused: true, onConflict: 'reject' });
    expect(code).toBe(1);
    expect(text).toMatch(/recorded {8}2\n/);
    expect(text).toMatch(/mismatches {6}0$/);
    const corrected = written(readFileSync(`${file}.refused.csv`, 'utf8').replace(',x,', ',1,'));
    expect((await load(corrected, { onConflict: 'reject' })).code).toBe(0);
    expect((await client.events('A')).map(({ quantity }) => quantity)).toEqual(['5', '2', '1']);
  });

  test('by a rule, are written with what was withheld after them', async () => {
    const file = written('date,order,sku,qty\n2026-11-01,1,A,-5\n2026-11-02,2,A,6\n2026-11-03,3,A,1\n');
    const { code, text } = await load(file, { onConflict: 'reject' });
    expect(code).toBe(1);
    expect(text).toContain('refused: line 3, A: stock would be short by 1 at 2026-11-02T00:00:00.000Z');
    expect(text).toMatch(/mismatches {6}0\n/);
    expect(readFileSync(`${file}.refused.csv`, 'utf8')).toBe(
      [
        'refused line,reason,date,order,sku,qty',
        '3,stock would be short by 1 at 2026-11-02T00:00:00.000Z,2026-11-02,2,A,6',
        '4,withheld: line 3 of A was refused,2026-11-03,3,A,1',
        '',
      ].join('\n'),
    );
    // With the missing goods, the same command goes on.
    const receipt = written('date,sku,qty received\n2026-11-01,A,9\n');
    expect((await load(receipt, { onConflict: 'reject' })).code).toBe(0);
    expect((await load(file, { onConflict: 'reject' })).code).toBe(0);
  });

  test('a dry run lists all of them, and sends nothing', async () => {
    const rows = Array.from({ length: 12 }, () => '2026-11-02,2,A,x,\n').join('');
    const said: string[] = [];
    const file = written(content + rows);
    const checked = checkFile({ file, limit: Infinity }, { say: (text) => void said.push(text) });
    await expect(checked).rejects.toThrow(`13 lines are refused; they are in ${file}.refused.csv`);
    expect(said.filter((text) => text.startsWith('line '))).toHaveLength(13);
    expect(said.at(-1)).toBe('lines: 2, products: 1, events: 2; nothing was sent');
  });
});

describe('in a terminal', () => {
  const answering = (answers: readonly string[], confirm = true): Ask => {
    const waiting = [...answers];
    return {
      choose: async () => Promise.resolve(waiting.shift()!),
      confirm: async () => Promise.resolve(confirm),
    };
  };
  const content = 'When,What,Pieces\n3/4/2026,A,2\n';

  test('what is unclear is asked for, and said as options', async () => {
    const ask = answering(['receipts', 'When', 'What', 'Pieces', 'dmy']);
    const { code, text } = await load(written(content), { ask });
    expect(code).toBe(0);
    expect(text).toContain('--map "effectiveAt=When"');
    expect(text).toContain('--dates "dmy"');
    expect(await client.events('A')).toMatchObject([
      { eventType: 'productReceived', quantity: '2', effectiveAt: '2026-04-03T00:00:00.000Z' },
    ]);
  });

  test('nothing is sent unless it is confirmed', async () => {
    const { code, text } = await load(sample, { ask: answering([], false) });
    expect(code).toBe(0);
    expect(text).toMatch(/Nothing was sent\.$/);
    expect(client.appended).toEqual([]);
  });
});

test('a mismatch fails the run', async () => {
  const { recorded, effective } = client;
  const without = async function* (events: ReturnType<typeof recorded>) {
    for await (const event of events) if (event.eventId !== 'sales/1/2026-11-01/5') yield event;
  };
  client.recorded = (productId) => without(recorded(productId));
  client.effective = (...of) => without(effective(...of));
  const { code, text } = await load(written('date,order,sku,qty\n2026-11-01,1,A,5\n2026-11-01,2,A,5\n'));
  expect(code).toBe(4);
  expect(text).toContain('mismatch: A: expected -10 in 2 lines, found -5 in 1 line');
});

test('a file that is missing, and one without the columns, are errors', async () => {
  await expect(load(join(folder, 'absent.csv'))).rejects.toThrow('ENOENT');
  await expect(load(written('a,b\n1,2\n'))).rejects.toThrow(
    'it is not clear what the lines of this file are',
  );
  expect(existsSync(join(folder, 'absent.csv.refused.csv'))).toBe(false);
});

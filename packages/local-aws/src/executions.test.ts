import fs, { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Execution } from './execution';
import { Executions } from './executions';

const execution = (name: string, over: Partial<Execution> = {}): Execution => ({
  executionArn: `arn:${name}`,
  name,
  input: '{}',
  status: 'RUNNING',
  startDate: new Date(0),
  ...over,
});

function run(executions: Executions, name: string, output = ''): void {
  executions.start(execution(name));
  executions.end(execution(name, { status: 'SUCCEEDED', output }));
}

const known = (executions: Executions, ...names: string[]) => names.filter((name) => executions.get(name));

test('the oldest that have ended are forgotten above the number', () => {
  const executions = new Executions({ maxEnded: 2 });
  for (const name of ['a', 'b', 'c']) run(executions, name);
  expect(known(executions, 'a', 'b', 'c')).toEqual(['b', 'c']);
});

test('and above the size of their texts', () => {
  const executions = new Executions({ maxCharacters: 20 });
  run(executions, 'a', 'x'.repeat(10));
  run(executions, 'b', 'x'.repeat(10));
  expect(known(executions, 'a', 'b')).toEqual(['b']);
});

test('those that run are never forgotten', () => {
  const executions = new Executions({ maxEnded: 1 });
  executions.start(execution('running'));
  for (const name of ['a', 'b', 'c']) run(executions, name);
  expect(known(executions, 'running', 'a', 'b', 'c')).toEqual(['running', 'c']);
  expect(executions.running).toBe(1);
});

describe('with a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hindsight-executions-'));
  const file = join(folder, 'executions.ndjson');
  afterAll(() => rmSync(folder, { recursive: true }));
  beforeEach(() => rmSync(file, { force: true }));

  test('those that have ended are known to the next process, as they were', () => {
    const first = new Executions({ file });
    const ended = execution('a', { status: 'FAILED', error: 'E', cause: 'c', stopDate: new Date(5) });
    first.start(execution('a'));
    first.end(ended);
    const next = new Executions({ file });
    expect(next.get('a')).toEqual(ended);
    expect([next.running, next.interrupted]).toEqual([0, []]);
  });

  test('those that have not are interrupted, in the order of their start, until they end', () => {
    const first = new Executions({ file });
    for (const name of ['b', 'c', 'a']) first.start(execution(name, { input: `"${name}"` }));
    first.end(execution('c', { status: 'SUCCEEDED', output: '1' }));
    const next = new Executions({ file });
    expect(next.interrupted).toEqual([execution('b', { input: '"b"' }), execution('a', { input: '"a"' })]);
    expect(next.running).toBe(2);
    next.end(execution('b', { status: 'SUCCEEDED', output: '2' }));
    expect(new Executions({ file }).interrupted.map(({ name }) => name)).toEqual(['a']);
  });

  test('a line that a kill has cut off is skipped, and the next one is whole', () => {
    new Executions({ file }).start(execution('a'));
    appendFileSync(file, JSON.stringify(execution('torn')).slice(0, 40));
    const next = new Executions({ file });
    expect(next.interrupted.map(({ name }) => name)).toEqual(['a']);
    next.start(execution('b'));
    expect(new Executions({ file }).interrupted.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  test('what is forgotten is forgotten in the file too, which only its owner can read', () => {
    const executions = new Executions({ file, maxEnded: 1 });
    for (const name of ['first', 'second']) run(executions, name);
    const next = new Executions({ file, maxEnded: 1 });
    expect(known(next, 'first', 'second')).toEqual(['second']);
    expect(readFileSync(file, 'utf8')).not.toContain('first');
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test('a start that can not be written has not happened', () => {
    const own = mkdtempSync(join(folder, 'own-'));
    const executions = new Executions({ file: join(own, 'executions.ndjson') });
    rmSync(own, { recursive: true });
    expect(() => executions.start(execution('a'))).toThrow(/ENOENT/);
    expect([executions.get('a'), executions.running]).toEqual([undefined, 0]);
  });
});

test('a line that a full disk has cut off takes no other with it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'journal-'));
  const file = join(folder, 'executions.ndjson');
  const executions = new Executions({ file });
  const { appendFileSync: append } = fs;
  jest.spyOn(fs, 'appendFileSync').mockImplementationOnce((path, text) => {
    append(path, String(text).slice(0, 20));
    throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
  });
  expect(() => executions.start(execution('refused'))).toThrow('ENOSPC');
  run(executions, 'accepted');
  expect(known(new Executions({ file }), 'refused', 'accepted')).toEqual(['accepted']);
  rmSync(folder, { recursive: true });
});

import { answerTo, errorIn, isDiskFull } from './dynamodb-answers';
import { EngineHealth } from './engine-health';
import type { StdioEngine } from './stdio-engine';

const engine = { silentMs: () => 0, ping: () => undefined } as unknown as StdioEngine;
const failed = (error_type: string, message: string) => ({
  isError: true,
  content: [{ text: JSON.stringify({ error_type, message }) }],
});

test.each([
  'commit failed (backend: database or disk is full) and rollback also failed',
  'Internal error: disk I/O error',
  'Internal error: attempt to write a readonly database',
])('a write that ends in "%s" is a full disk, and no fault of the request', (message) => {
  const error = errorIn(failed('InternalServerError', message));
  expect(error && isDiskFull(error)).toBe(true);
  expect(error && answerTo(error)).toMatchObject({ status: 500 });
});

test('an event that speaks of a full disk is none', () => {
  const error = errorIn(failed('ValidationException', 'database or disk is full'));
  expect(error && isDiskFull(error)).toBe(false);
});

test('parameters of the wrong kind, which the engine answers in prose, are the caller’s fault', () => {
  const error = errorIn({
    isError: true,
    content: [{ text: 'failed to deserialize parameters: missing field' }],
  });
  expect(error && answerTo(error)).toMatchObject({
    status: 400,
    text: expect.stringContaining('missing field') as string,
  });
});

describe('a disk', () => {
  const changes: string[] = [];
  const health = new EngineHealth(() => engine, {
    onChange: (state) => changes.push(state),
    file: undefined,
  });

  test('is full after a write failed on a full disk, until one succeeds; each change is reported once', async () => {
    expect(await health.fault()).toBeUndefined();
    health.wrote(false);
    health.wrote(false);
    expect(await health.fault()).toBe('disk-full');
    health.wrote(true);
    expect(await health.fault()).toBeUndefined();
    expect(changes).toEqual(['disk-full', 'well']);
  });
});

test('a file system that does not say counts as one with room', async () => {
  const health = new EngineHealth(() => engine, { onChange: () => undefined, file: '/no/such/folder/x.db' });
  expect(await health.fault()).toBeUndefined();
});

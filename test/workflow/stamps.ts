import { TRIES } from '@hindsight/event-log';
import { received } from '../support/commands';
import { appending, fresh, STORED } from './appends';
import type { Fault } from './faulty-endpoint';
import type { Machine } from './machine';

/** Times of recording that the state machine's own clock does not accept. */
export function describeStamps(machine: () => Machine): void {
  const { run } = appending(machine);
  const OUT = ['Decision', 'OutOfTime', 'IsStampLeft', 'EventRouter'];
  const PROCESS = 'ProcessProductReceived';

  const HOUR_MS = 3_600_000;
  /** A third of the settling time. */
  const BEGINS_MS = 10_000;

  test.each([
    ['behind', HOUR_MS],
    ['ahead of', -HOUR_MS],
  ])('are the machine’s, whose functions have clocks that are an hour %s it', async (_, skewMs) => {
    machine().skewMs = skewMs;
    const before = Date.now() + skewMs;
    const { result, path } = await run(fresh(), received(10));
    expect(path.slice(2)).toEqual([PROCESS, ...STORED]);
    const event = result?.events[0];
    expect(event?.effectiveAt).toBe(event?.recordedAt);
    const recordedAt = Date.parse(event?.recordedAt ?? '');
    expect(recordedAt).toBeGreaterThanOrEqual(before);
    expect(recordedAt).toBeLessThanOrEqual(Date.now() + skewMs);
  });

  test('that are too old are made again, and the event is stored once they are right', async () => {
    const productId = fresh();
    let left = 2;
    machine().afterProcessing(() => {
      left -= 1;
      if (left >= 0) machine().skewMs += 60_000;
      return Promise.resolve();
    });
    const { result, path } = await run(productId, received(10));
    expect(path.slice(2)).toEqual([PROCESS, ...OUT, PROCESS, ...OUT, PROCESS, ...STORED]);
    expect(result).toMatchObject({ version: 1 });
  });

  test('that never become right end in a failure that says to try again, and nothing is stored', async () => {
    const productId = fresh();
    machine().afterProcessing(() => {
      machine().skewMs += 60_000;
      return Promise.resolve();
    });
    const { error, path } = await run(productId, received(10));
    expect(error).toBe('StoreUnavailable');
    expect(path.filter((state) => state === PROCESS)).toHaveLength(TRIES);
    expect(await machine().log.headVersion(productId)).toBe(0);
  });

  test.each<[string, unknown, Fault]>([
    ['PutItem', received(10), { error: 'InternalServerError', status: 500 }],
    ['PutItem', received(10), 'unreachable'],
    ['PutItem', received(10), { error: 'ThrottlingException' }],
    ['TransactWriteItems', [received(1), received(2)], { error: 'InternalServerError', status: 500 }],
    ['TransactWriteItems', [received(1), received(2)], { reasons: ['None', 'ThrottlingError'] }],
  ])('are new ones for every write after one that failed: %s, %j, %j', async (operation, body, fault) => {
    // Each write that fails takes so long that three of them are more than the settling time.
    machine().wire.fail(operation, fault, 4, () => (machine().skewMs += BEGINS_MS + 1));
    const { result, status } = await run(fresh(), body);
    expect(status).toBe('SUCCEEDED');
    const wroteBy = Date.now() + machine().skewMs;
    for (const { recordedAt } of result?.events ?? [])
      expect(wroteBy - Date.parse(recordedAt)).toBeLessThanOrEqual(BEGINS_MS);
  });
}

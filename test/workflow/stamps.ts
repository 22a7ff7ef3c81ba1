import { TRIES } from '@hindsight/event-log';
import { received } from '../support/commands';
import { appending, fresh, STORED } from './appends';
import type { Machine } from './machine';

/** Times of recording that the state machine's own clock does not accept. */
export function describeStamps(machine: () => Machine): void {
  const { run } = appending(machine);
  const OUT = ['Decision', 'OutOfTime', 'IsStampLeft', 'EventRouter'];
  const PROCESS = 'ProcessProductReceived';

  test.each([
    ['too long ago', 60_000],
    ['ahead of the machine', -60_000],
  ])('that are %s are made again, and the event is stored once they are right', async (_, skewMs) => {
    const productId = fresh();
    machine().skewMs = skewMs;
    let left = 2;
    machine().afterProcessing(() => {
      left -= 1;
      if (left < 0) machine().skewMs = 0;
      return Promise.resolve();
    });
    const { result, path } = await run(productId, received(10));
    expect(path.slice(2)).toEqual([PROCESS, ...OUT, PROCESS, ...OUT, PROCESS, ...STORED]);
    expect(result).toMatchObject({ version: 1 });
  });

  test('that never become right end in a failure that says to try again, and nothing is stored', async () => {
    const productId = fresh();
    machine().skewMs = 60_000;
    const { error, path } = await run(productId, received(10));
    expect(error).toBe('StoreUnavailable');
    expect(path.filter((state) => state === PROCESS)).toHaveLength(TRIES);
    expect(await machine().log.headVersion(productId)).toBe(0);
  });
}

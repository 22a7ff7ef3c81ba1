import { TRIES } from '@hindsight/event-log';
import { command, received, shipped } from '../support/commands';
import { appending, fresh, LONG_AGO, STORED, STORED_LATE } from './appends';
import type { Machine } from './machine';

const LOST = ['Decision', 'StoreEvent', 'LostRace', 'IsTryLeft', 'EventRouter'];

export function describeRaces(machine: () => Machine): void {
  const { run, stateOf } = appending(machine);

  /** Somebody else is quicker, the first `times` times. */
  function race(productId: string, body: object, times: number): void {
    let left = times;
    machine().afterProcessing(async () => {
      if (left === 0) return;
      left -= 1;
      await machine().log.append(command(productId, body));
    });
  }

  test('that is lost is no error: the event is processed again, on what is there now', async () => {
    const productId = fresh();
    await run(productId, received(10));
    race(productId, shipped(4), 2);
    const { result, path } = await run(productId, shipped(2));
    const process = 'ProcessProductShipped';
    expect(path.slice(2)).toEqual([process, ...LOST, process, ...LOST, process, ...STORED]);
    expect(result).toMatchObject({ version: 4, deduplicated: false, state: { quantity: '0' } });
  });

  test('that a late event loses is no error either', async () => {
    const productId = fresh();
    await run(productId, received(10));
    race(productId, shipped(4), 1);
    const { result, path } = await run(productId, received(2, { effectiveAt: LONG_AGO }));
    const [process, ...lost] = ['ProcessProductReceived', ...LOST].map((state) =>
      state === 'StoreEvent' ? 'StoreEventAndRepair' : state,
    );
    expect(path.slice(2)).toEqual([process, ...lost, process, ...STORED_LATE]);
    expect(result).toMatchObject({ version: 3, state: { quantity: '8' } });
  });

  test('for the last piece leaves the loser without', async () => {
    const productId = fresh();
    await run(productId, received(1));
    race(productId, shipped(1), 1);
    expect((await run(productId, shipped(1))).error).toBe('RuleBroken');
    expect(await stateOf(productId)).toMatchObject({ quantity: '0' });
  });

  test('over an expected version leaves the loser with the version that is there', async () => {
    const productId = fresh();
    race(productId, received(1), 1);
    const { error, cause } = await run(productId, received(1), { expectedVersion: 0 });
    expect([error, cause?.['currentVersion']]).toEqual(['VersionConflict', 1]);
  });

  test('that is lost every time ends in contention', async () => {
    const productId = fresh();
    race(productId, received(1), Infinity);
    const { error, cause, path } = await run(productId, received(100));
    expect(error).toBe('Contention');
    expect(cause?.detail).toMatch(/nothing was stored/);
    expect(path.filter((state) => state === 'ProcessProductReceived')).toHaveLength(TRIES);
    expect(await stateOf(productId)).toMatchObject({ quantity: String(TRIES) });
  });
}

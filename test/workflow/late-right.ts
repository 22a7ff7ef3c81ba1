import { received } from '../support/commands';
import { appending, fresh } from './appends';
import type { Machine } from './machine';

const LONG_AGO = '2020-01-06T08:00:00.000Z';

/** `allowLate: false` in the input of an execution: its caller may not record what is far from the clock. */
export function describeLateRight(machine: () => Machine): void {
  const { run } = appending(machine);

  test('is refused by a name of its own, for an event of long ago, and stores one of now', async () => {
    const productId = fresh();
    const long = received(1, { effectiveAt: LONG_AGO });
    const ended = await run(productId, long, { allowLate: false });
    expect(ended).toMatchObject({ status: 'SUCCEEDED', error: 'LateNotAllowed' });
    expect((await run(productId, long, { dryRun: true })).status).toBe('SUCCEEDED');
    expect((await run(productId, received(1), { allowLate: false })).status).toBe('SUCCEEDED');
    expect(await machine().log.headVersion(productId)).toBe(1);
  });
}

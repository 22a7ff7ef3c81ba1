import { corrected, received } from '../support/commands';
import { appending, fresh } from './appends';
import type { Machine } from './machine';

const MONDAY = '2026-01-05T08:00:00.000Z';
const TUESDAY = '2026-01-06T08:00:00.000Z';

/** `allowLate: false` in the input of an execution: its caller may not change the past. */
export function describeLateRight(machine: () => Machine): void {
  const { run } = appending(machine);

  test('ends in a failure of its own name, for a late event and for a correction', async () => {
    const productId = fresh();
    await run(productId, received(5, { eventId: 'a', effectiveAt: TUESDAY }));
    for (const body of [received(1, { effectiveAt: MONDAY }), corrected('a', received(6))]) {
      const ended = await run(productId, body, { allowLate: false });
      expect(ended).toMatchObject({ status: 'FAILED', error: 'LateNotAllowed' });
      expect((await run(productId, body, { dryRun: true })).status).toBe('SUCCEEDED');
    }
    expect(await machine().log.headVersion(productId)).toBe(1);
  });

  test('nothing slips between the check and the write: an event that a lost race made late is refused', async () => {
    const productId = fresh();
    machine().afterProcessing(async () => {
      machine().afterProcessing(() => Promise.resolve());
      await run(productId, received(5, { effectiveAt: TUESDAY }));
    });
    const ended = await run(productId, received(1, { effectiveAt: MONDAY }), { allowLate: false });
    expect(ended.path).toContain('LostRace');
    expect(ended).toMatchObject({ status: 'FAILED', error: 'LateNotAllowed' });
    expect(await machine().log.headVersion(productId)).toBe(1);
  });
}

import fc from 'fast-check';
import { at, corrected, received, retracted, shipped } from '../support/commands';
import { refusalOf } from '../support/log';
import { ownLog } from '../support/own-log';

/** When everything here is recorded, and the tolerance of a day; seconds. */
const NOW = 500_000;
const DAY = 24 * 60 * 60;
const TOO_EARLY = at(NOW - DAY - 1);
const EARLIEST = at(NOW - DAY);
const LATEST = at(NOW + DAY);
const TOO_LATE = at(NOW + DAY + 1);

/** Callers who may append, but not record what is further from the clock than the tolerance. */
describe('an append without the right to be late', () => {
  const own = ownLog({ clock: () => new Date(now) });
  const { append, versions } = own;
  const within = (body: unknown, options = {}) => append(body, { ...options, allowLate: false });
  let now = at(NOW);
  beforeEach(() => (now = at(NOW)));

  it.each([
    ['without a time', undefined],
    ['a day ago', EARLIEST],
    ['in a day', LATEST],
    ['a second ago', at(NOW - 1)],
  ])('is stored %s', async (_, effectiveAt) => {
    expect(await within(received(1, effectiveAt ? { effectiveAt } : {}))).toMatchObject({ version: 1 });
  });

  it.each([
    ['more than a day ago', TOO_EARLY],
    ['in more than a day', TOO_LATE],
    ['in 2062', '2062-01-01T00:00:00Z'],
  ])('is refused %s, also as the first event, and in a dry run', async (_, effectiveAt) => {
    for (const dryRun of [false, true])
      expect(await refusalOf(within(received(1, { eventId: 'x', effectiveAt }), { dryRun }))).toMatchObject({
        error: 'LateNotAllowed',
        eventId: 'x',
        detail: expect.stringContaining('event x takes effect at') as string,
      });
    expect(await versions()).toEqual([]);
  });

  it('is never refused because of the events of others, however far ahead these are', async () => {
    await append(received(5, { eventId: 'typo', effectiveAt: '2062-01-01T00:00:00Z' }));
    expect(await within(received(1, { effectiveAt: at(NOW) }))).toMatchObject({ version: 2 });
    await append(retracted('typo'));
    expect(await within(received(1, { effectiveAt: at(NOW - 1) }))).toMatchObject({ version: 4 });
  });

  it('is refused whole if one event of a batch is too far away', async () => {
    const batch = [received(1), received(1, { eventId: 'x', effectiveAt: TOO_EARLY })];
    expect(await refusalOf(within(batch))).toMatchObject({ error: 'LateNotAllowed', eventId: 'x' });
    expect(await versions()).toEqual([]);
  });

  it('may correct what was recorded within a day, whenever that took effect, and nothing older', async () => {
    await append(received(5, { eventId: 'a', effectiveAt: at(0) }));
    now = at(NOW + DAY);
    expect(await within(corrected('a', received(6)))).toMatchObject({ version: 2 });
    now = at(NOW + DAY + 1);
    for (const body of [retracted('a'), corrected('a', received(7))])
      expect(await refusalOf(within(body))).toMatchObject({
        error: 'LateNotAllowed',
        detail: expect.stringContaining('corrects an event that was recorded at') as string,
      });
  });

  it('may not move an event further away than it may record one', async () => {
    await append(received(5, { eventId: 'a' }));
    const moved = (effectiveAt: string) => corrected('a', received(5, { effectiveAt }));
    expect(await refusalOf(within(moved(TOO_EARLY)))).toMatchObject({ error: 'LateNotAllowed' });
    expect(await within(moved(EARLIEST))).toMatchObject({ version: 2 });
  });

  it('gets the first result of a repetition, whatever its right', async () => {
    const late = received(1, { eventId: 'late', effectiveAt: at(9) });
    const first = await append(late);
    expect(await within(late)).toEqual({ ...first, deduplicated: true });
  });

  it('is judged after versions and targets, and before rules', async () => {
    await append(received(5, { effectiveAt: at(10) }));
    const late = shipped(9, { effectiveAt: at(9) });
    expect(await refusalOf(within(late))).toMatchObject({ error: 'LateNotAllowed' });
    expect(await refusalOf(within(late, { expectedVersion: 7 }))).toMatchObject({ error: 'VersionConflict' });
    expect(await refusalOf(within(retracted('nowhere')))).toMatchObject({ error: 'TargetNotFound' });
  });

  it('reads none of the history that it would change', async () => {
    await append(received(5, { effectiveAt: at(0) }));
    for (let part = 0; part < 8; part += 1)
      await append(
        Array.from({ length: 25 }, (_, i) => received(1, { effectiveAt: at(10 + part * 25 + i) })),
      );
    const send = jest.spyOn(own.table.client, 'send');
    await refusalOf(within(received(1, { effectiveAt: at(1) }), { dryRun: true }));
    // The head, the id, and no page of what comes after it.
    expect(send.mock.calls.length).toBeLessThanOrEqual(3);
  });

  it('decides by the distance from the clock alone', async () => {
    const offset = fc.option(fc.integer({ min: -DAY - 5, max: DAY + 5 }), { nil: undefined });
    const step = fc.record({ offsets: fc.array(offset, { minLength: 1, maxLength: 3 }), may: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
        own.another();
        for (const { offsets, may } of steps) {
          const body = offsets.map((seconds) =>
            received(1, seconds === undefined ? {} : { effectiveAt: at(NOW + seconds) }),
          );
          const far = offsets.some((seconds) => Math.abs(seconds ?? 0) > DAY);
          const accepted = await append(body, { allowLate: may }).then(
            () => true,
            () => false,
          );
          expect(accepted).toBe(may || !far);
        }
      }),
      { numRuns: 40 },
    );
  });
});

import fc from 'fast-check';
import { at, corrected, received, retracted, shipped } from '../support/commands';
import { refusalOf } from '../support/log';
import { ownLog } from '../support/own-log';

/** Those who may append, and not change the past. */
describe('an append without the right to be late', () => {
  const own = ownLog({ clock: () => new Date(at(1_000)) });
  const { append, versions } = own;
  const inOrder = (body: unknown, options = {}) => append(body, { ...options, allowLate: false });

  it('is stored where it is not late', async () => {
    await inOrder(received(5, { effectiveAt: at(10) }));
    await inOrder([received(1, { effectiveAt: at(10) }), shipped(1, { effectiveAt: at(11) })]);
    await inOrder(received(1));
    expect(await versions()).toEqual([1, 2, 3, 4]);
  });

  it('is refused where one event of it is late, and then stores nothing; a dry run says the same', async () => {
    await append(received(5, { effectiveAt: at(10) }));
    const late = [received(1, { effectiveAt: at(11) }), received(1, { eventId: 'x', effectiveAt: at(9) })];
    for (const dryRun of [false, true])
      expect(await refusalOf(inOrder(late, { dryRun }))).toEqual({
        ...{ error: 'LateNotAllowed', eventId: 'x', detail: 'event x would change the past' },
      });
    expect(await versions()).toEqual([1]);
  });

  it('is refused for every correction, also of the last event, and of one in the same batch', async () => {
    await append(received(5, { eventId: 'a', effectiveAt: at(10) }));
    for (const body of [
      retracted('a'),
      corrected('a', received(6)),
      [received(1, { eventId: 'b', effectiveAt: at(20) }), retracted('b')],
    ])
      expect(await refusalOf(inOrder(body))).toMatchObject({ error: 'LateNotAllowed' });
    expect(await versions()).toEqual([1]);
  });

  it('is stored where it happens now, though something is recorded that is still to come', async () => {
    await append(received(5, { effectiveAt: at(5_000) }));
    expect(await inOrder(received(1))).toMatchObject({ version: 2, adjustment: { eventsAffected: 1 } });
    expect(await refusalOf(inOrder(received(1, { effectiveAt: at(1_000) })))).toMatchObject({
      error: 'LateNotAllowed',
    });
  });

  it('is answered with the first result where all of it is stored already, whoever stored it', async () => {
    await append(received(5, { effectiveAt: at(10) }));
    const late = received(1, { eventId: 'late', effectiveAt: at(9) });
    const first = await append(late);
    expect(first.adjustment).toBeDefined();
    expect(await inOrder(late)).toEqual({ ...first, deduplicated: true });
    expect(await inOrder(retracted('late', { eventId: 'r' })).catch(() => 'refused')).toBe('refused');
  });

  it('loses to a rule, a version and a missing target in the usual order', async () => {
    await append(received(5, { effectiveAt: at(10) }));
    expect(await refusalOf(inOrder(shipped(9, { effectiveAt: at(9) })))).toMatchObject({
      error: 'LateNotAllowed',
    });
    expect(
      await refusalOf(inOrder(shipped(9, { effectiveAt: at(9) }), { expectedVersion: 7 })),
    ).toMatchObject({
      error: 'VersionConflict',
    });
    expect(await refusalOf(inOrder(retracted('nowhere')))).toMatchObject({ error: 'TargetNotFound' });
  });

  it('reads none of the history that it would change', async () => {
    await append(received(5, { effectiveAt: at(0) }));
    for (let part = 0; part < 8; part += 1)
      await append(
        Array.from({ length: 25 }, (_, i) => received(1, { effectiveAt: at(10 + part * 25 + i) })),
      );
    const send = jest.spyOn(own.table.client, 'send');
    await refusalOf(inOrder(received(1, { effectiveAt: at(1) }), { dryRun: true }));
    // The head, the id, and no page of what lies behind.
    expect(send.mock.calls.length).toBeLessThanOrEqual(3);
  });

  it('decides as a list of everything recorded does', async () => {
    const event = fc.record({ offset: fc.option(fc.integer({ min: 0, max: 20 })) });
    const step = fc.record({ events: fc.array(event, { minLength: 1, maxLength: 3 }), may: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 10 }), async (steps) => {
        own.another();
        const recorded: string[] = [];
        for (const { events, may } of steps) {
          const times = events.map(({ offset }) => (offset === null ? undefined : at(offset)));
          const body = times.map((effectiveAt) => received(1, { ...(effectiveAt && { effectiveAt }) }));
          const latest = recorded.toSorted().at(-1) ?? '';
          const late = times.some((time) => time !== undefined && time < latest);
          const accepted = await append(body, { allowLate: may }).then(
            () => true,
            () => false,
          );
          expect(accepted).toBe(may || !late);
          if (accepted) recorded.push(...times.map((time) => time ?? at(1_000)));
        }
      }),
      { numRuns: 40 },
    );
  });
});

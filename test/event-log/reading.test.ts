import { at, command, corrected, counted, received, retracted, shipped } from '../support/commands';
import { refusalOf, openLog, verifyProduct } from '../support/log';
import { ownLog } from '../support/own-log';

/** What every log must do, whatever the table stands on: the embedded engine, or the one that DYNAMODB_ENDPOINT names. */
describe('reading the event log', () => {
  const own = ownLog();
  const { append, versions } = own;

  describe('in any order and at any moment', () => {
    beforeEach(async () => {
      let seconds = 100;
      const ticking = openLog({ ...own.table, clock: () => new Date(at(seconds)) });
      const bodies = [
        received(10, { eventId: 'a', effectiveAt: at(1) }),
        shipped(2, { eventId: 'b', effectiveAt: at(3) }),
        shipped(1, { eventId: 'c', effectiveAt: at(2) }),
        corrected('b', shipped(4, { effectiveAt: at(5) }), { eventId: 'd' }),
        retracted('c', { eventId: 'e' }),
      ];
      for (const body of bodies) {
        await ticking.append(command(own.product, body));
        seconds += 1;
      }
    });

    const ids = (page: { events: readonly { eventId: string }[] } | undefined) =>
      page?.events.map(({ eventId }) => eventId);

    it('gives the log as it was written, in either direction, in pages', async () => {
      const first = await own.log.readRecorded(own.product, { direction: 'forward', limit: 3 });
      expect(ids(first)).toEqual(['a', 'b', 'c']);
      expect(
        ids(
          await own.log.readRecorded(own.product, {
            direction: 'forward',
            limit: 3,
            after: first?.next ?? '',
          }),
        ),
      ).toEqual(['d', 'e']);
      const last = await own.log.readRecorded(own.product, { direction: 'backward', limit: 4 });
      expect(ids(last)).toEqual(['e', 'd', 'c', 'b']);
      expect(
        ids(
          await own.log.readRecorded(own.product, {
            direction: 'backward',
            limit: 4,
            after: last?.next ?? '',
          }),
        ),
      ).toEqual(['a']);
    });

    it('bounds it by recorded time, from inclusive and to exclusive, and by type', async () => {
      const between = { direction: 'forward', limit: 10, from: at(101), to: at(103) } as const;
      expect(ids(await own.log.readRecorded(own.product, between))).toEqual(['b', 'c']);
      expect(
        ids(
          await own.log.readRecorded(own.product, {
            direction: 'forward',
            limit: 10,
            types: ['productShipped'],
          }),
        ),
      ).toEqual(['b', 'c']);
      expect(
        ids(await own.log.readRecorded(own.product, { direction: 'forward', limit: 10, from: at(999) })),
      ).toEqual([]);
    });

    it('gives the events that count, by effective time, as known then', async () => {
      expect(ids(await own.log.readEffective(own.product, { direction: 'forward', limit: 10 }))).toEqual([
        'a',
        'b',
      ]);
      const before = await own.log.readEffective(own.product, {
        direction: 'backward',
        limit: 10,
        version: 3,
      });
      expect(ids(before)).toEqual(['b', 'c', 'a']);
      expect(
        ids(await own.log.readEffective(own.product, { direction: 'forward', limit: 1, after: '' })),
      ).toEqual(['a']);
    });

    it('answers for any moment, known at any moment', async () => {
      const quantity = async (moment: object) => {
        const answer = await own.log.stateAt(own.product, moment);
        return answer.found ? answer.state.quantity : answer.why;
      };
      expect(await quantity({ asOf: at(4) })).toBe('10');
      expect(await quantity({ asOf: at(5) })).toBe('6');
      expect(await quantity({ asOf: at(4), knownAt: at(102) })).toBe('7');
      expect(await quantity({ asOf: at(4), version: 2 })).toBe('8');
      expect(await quantity({ asOf: at(0) })).toBe('no-state-at-time');
      expect(await quantity({ knownAt: at(99) })).toBe('no-state-at-time');
      expect(await quantity({ version: 6 })).toBe('version-not-found');
      expect(await own.log.stateAt('nobody')).toEqual({ found: false, why: 'product-not-found' });
    });

    it('finds nothing in a span that ends before it begins, or from a place beyond its end', async () => {
      const span = { from: at(9), to: at(1), limit: 5 };
      for (const direction of ['forward', 'backward'] as const) {
        const backwards = { ...span, direction };
        expect(await own.log.readEffective(own.product, backwards)).toEqual({ events: [] });
        expect(await own.log.timeline(own.product, backwards)).toEqual({ entries: [] });
        expect(await own.log.readRecorded(own.product, backwards)).toEqual({ events: [] });
      }
      const passed = `${at(5)}#000000000002`;
      const bounded = { direction: 'forward', to: at(3), after: passed, limit: 5 } as const;
      expect(await own.log.readEffective(own.product, bounded)).toEqual({ events: [] });
    });

    it('tells an unknown product from an empty page', async () => {
      expect(await own.log.readRecorded('nobody', { direction: 'forward', limit: 1 })).toBeUndefined();
      expect(await own.log.timeline('nobody', { direction: 'forward', limit: 1 })).toBeUndefined();
      expect(await own.log.timeline(own.product, { direction: 'forward', limit: 1, from: at(77) })).toEqual({
        entries: [],
      });
    });
  });

  it('knows the middle of a batch whose events cancel each other', async () => {
    await append(received(5, { effectiveAt: at(6) }));
    const shipment = shipped(1, { eventId: 'never', effectiveAt: at(0) });
    await append([shipment, retracted('never')], { onConflict: 'flag' });
    await append(received(1, { effectiveAt: at(9) }));
    await own.log.repair(own.product);
    expect(await own.log.stateAt(own.product, { asOf: at(7), version: 2 })).toMatchObject({
      state: { quantity: '4' },
    });
    expect(await own.log.stateAt(own.product, { asOf: at(7), version: 3 })).toMatchObject({
      state: { quantity: '5' },
    });
  });

  it.each([
    ['a product without events', []],
    ['events that stand before them', [received(5, { effectiveAt: at(-600) })]],
  ])('knows nothing stale after events that took each other back within a batch, on %s', async (_, first) => {
    if (first.length > 0) await append(first);
    const shipment = { eventId: 'never', effectiveAt: at(1e9) };
    await append([received(1, shipment), retracted('never')]);
    await append(received(2, { effectiveAt: at(-900) }));
    const { difference } = await verifyProduct(own.table, own.product);
    expect(difference).toBeUndefined();
  });

  it('knows of an event that stands between such a batch and its recording, though what was before is repaired', async () => {
    for (const seconds of [0, 10, 5]) await append(received(1, { effectiveAt: at(seconds) }));
    expect(await own.log.repair(own.product)).toMatchObject({ done: true });
    await append([received(1, { eventId: 'never', effectiveAt: at(20) }), retracted('never')]);
    for (const seconds of [30, 50]) await append(received(1, { effectiveAt: at(seconds) }));
    for (const [seconds, quantity] of [
      [10, '3'],
      [25, '3'],
      [30, '4'],
      [40, '4'],
      [50, '5'],
    ] as const)
      expect(await own.log.stateAt(own.product, { asOf: at(seconds) })).toMatchObject({
        state: { quantity },
      });
    expect((await verifyProduct(own.table, own.product)).difference).toBeUndefined();
  });

  describe('the future', () => {
    it('is stored, invisible until due, and checked', async () => {
      let now = at(0);
      const timed = openLog({ ...own.table, clock: () => new Date(now) });
      await timed.append(command(own.product, received(5)));
      const planned = await timed.append(command(own.product, shipped(4, { effectiveAt: at(60) })));
      expect(planned).toMatchObject({ version: 2, state: { quantity: '5' } });
      expect(await timed.stateAt(own.product)).toMatchObject({ version: 2, state: { quantity: '5' } });
      expect(await refusalOf(timed.append(command(own.product, shipped(2))))).toMatchObject({
        error: 'RuleBroken',
      });
      now = at(60);
      expect(await timed.stateAt(own.product)).toMatchObject({
        state: { quantity: '1' },
        lastEvent: { version: 2 },
      });
    });
  });

  it('sees an event that comes to stand after the last that counts, but before one that was retracted', async () => {
    await append([received(9, { eventId: 'a', effectiveAt: at(0) }), shipped(1, { effectiveAt: at(8) })]);
    await append(shipped(1, { eventId: 'last', effectiveAt: at(20) }));
    await append(retracted('last'));
    await append(shipped(1, { eventId: 'late', effectiveAt: at(4) }));
    await own.log.repair(own.product);
    await append(shipped(3, { effectiveAt: at(12) }));
    expect(await own.log.stateAt(own.product, { asOf: at(20) })).toMatchObject({ state: { quantity: '4' } });
  });

  it('puts an event back before those of the same millisecond that came since', async () => {
    const ticking = openLog({ ...own.table, clock: () => new Date(at(6)) });
    for (const body of [
      received(1, { eventId: 'first' }),
      received(1, { eventId: 'second' }),
      retracted('second'),
      counted(1),
      shipped(1),
    ])
      await ticking.append(command(own.product, body));
    const { state, adjustment } = await ticking.append(
      command(own.product, corrected('second', received(1))),
    );
    expect(state?.quantity).toBe('0');
    expect(adjustment).toMatchObject({
      eventsAffected: 1,
      changes: [{ field: 'variance', before: '0', after: '-1' }],
    });
    expect(await own.log.stateAt(own.product)).toMatchObject({
      state: { quantity: '0', status: 'outOfStock' },
    });
  });

  describe('a product of which nothing counts any more', () => {
    it('has no state, and its log remains', async () => {
      await append(received(5, { eventId: 'a' }));
      expect(await append(retracted('a'))).toMatchObject({ version: 2, state: null });
      expect(await own.log.stateAt(own.product)).toMatchObject({
        found: false,
        why: 'no-state-at-time',
        firstEffectiveAt: null,
      });
      expect(await versions()).toEqual([1, 2]);
      expect(await append(received(3))).toMatchObject({ version: 3, state: { quantity: '3' } });
    });
  });
});

import { at, command, corrected, received, retracted, shipped } from '../support/commands';
import { openLog, refusalOf } from '../support/log';
import { ownLog } from '../support/own-log';
import { TickingLog } from '../support/ticking-log';

/** What was corrected shows it, in every answer in effective order. */
describe('an event that was corrected', () => {
  const own = ownLog();

  const by = {
    ...{ eventId: 'c', version: 3, recordedAt: at(102), recordedBy: 'auditor' },
    reason: 'a typo',
  };
  const original = {
    ...{ eventId: 'b', eventType: 'productShipped', eventCategory: 'inventory', version: 2 },
    ...{ quantity: '2', reason: 'an order', schemaVersion: 1 },
    ...{ effectiveAt: at(3), recordedAt: at(101), recordedBy: 'till 1' },
  };

  beforeEach(async () => {
    let seconds = 100;
    const ticking = openLog({ ...own.table, clock: () => new Date(at(seconds)) });
    const bodies: [string, object][] = [
      ['till 1', received(10, { eventId: 'a', effectiveAt: at(1) })],
      ['till 1', shipped(2, { eventId: 'b', effectiveAt: at(3), reason: 'an order' })],
      ['auditor', corrected('b', shipped(4, { effectiveAt: at(5) }), { eventId: 'c', reason: 'a typo' })],
    ];
    for (const [recordedBy, body] of bodies) {
      await ticking.append(command(own.product, body, { recordedBy }));
      seconds += 1;
    }
  });

  const lastOf = async (moment: object) => {
    const answer = await own.log.stateAt(own.product, moment);
    return answer.found ? answer.lastEvent : undefined;
  };

  it('says by what, and what it was, as the last event of a state', async () => {
    const last = await lastOf({});
    expect(last).toEqual({
      ...{ eventId: 'b', eventType: 'productShipped', version: 2, effectiveAt: at(5) },
      ...{ recordedAt: at(101), recordedBy: 'till 1' },
      correctedBy: by,
      original: { ...original, productId: own.product },
    });
    // The same from states that are stored with a later event, and from summaries.
    const append = (body: object) => own.log.append(command(own.product, body));
    await append(received(1, { effectiveAt: at(2) }));
    expect(await lastOf({})).toEqual(last);
    while (!(await own.log.repair(own.product, 100)).done);
    await append(received(1, { effectiveAt: at(9) }));
    expect(await lastOf({ asOf: at(7) })).toEqual(last);
  });

  it('says nothing of it before it was corrected, or if it was not', async () => {
    for (const moment of [{ version: 2 }, { knownAt: at(101) }, { asOf: at(2) }]) {
      const last = await lastOf(moment);
      expect(Object.keys(last ?? {})).toEqual([
        ...['eventId', 'eventType', 'version', 'effectiveAt', 'recordedAt', 'recordedBy'],
      ]);
    }
  });

  it('says it in effective order and in the timeline, and not in the order of recording', async () => {
    const page = { direction: 'forward', limit: 10 } as const;
    const effective = await own.log.readEffective(own.product, page);
    const [first, second] = effective?.events ?? [];
    expect(first).not.toHaveProperty('correctedBy');
    expect(second).toMatchObject({ eventId: 'b', quantity: '4', effectiveAt: at(5), correctedBy: by });
    expect(second?.original).toEqual({ ...original, productId: own.product });
    const timeline = await own.log.timeline(own.product, page);
    expect(timeline?.entries.map(({ event }) => event.correctedBy)).toEqual([undefined, by]);
    expect(timeline?.entries[1]?.event.original).toEqual({ ...original, productId: own.product });
    const recorded = await own.log.readRecorded(own.product, page);
    for (const event of recorded?.events ?? []) expect(event).not.toHaveProperty('original');
  });

  it('names the last of several corrections, also of one that was retracted between', async () => {
    await own.log.append(command(own.product, retracted('b', { eventId: 'd' })));
    await own.log.append(command(own.product, corrected('b', received(1), { eventId: 'e' })));
    const last = await lastOf({});
    expect(last).toMatchObject({ eventId: 'b', correctedBy: { eventId: 'e', version: 5 } });
    expect(last?.correctedBy).not.toHaveProperty('reason');
    expect(await lastOf({ version: 4 })).toMatchObject({ eventId: 'a' });
    expect(await lastOf({ version: 3 })).toMatchObject({ correctedBy: { eventId: 'c' } });
  });

  it.each(['one after the other', 'in one batch'])(
    'can be corrected again, its correction not: %s',
    async (how) => {
      const undo = retracted('b', { eventId: 'u' });
      const undoUndo = retracted('u');
      const detail =
        "event u is a correction itself, so it can't be corrected; correct event b again instead: of several corrections the last one counts";
      if (how === 'in one batch') {
        const refusal = await refusalOf(own.log.append(command(own.product, [undo, undoUndo])));
        expect(refusal).toMatchObject({ error: 'TargetNotFound', index: 1, detail });
        return;
      }
      await own.log.append(command(own.product, undo));
      expect(await refusalOf(own.log.append(command(own.product, undoUndo)))).toMatchObject({ detail });
      const again = corrected('b', shipped(2, { effectiveAt: at(3) }));
      await own.log.append(command(own.product, again));
      expect(await lastOf({})).toMatchObject({ eventId: 'b', effectiveAt: at(3) });
    },
  );
});

describe('the state of a product', () => {
  const ticking = new TickingLog();
  const { own, append, requestsOf } = ticking;
  const stateNow = () => ticking.log.stateAt(own.product);

  it('takes one request, and one more for two items if its last event was corrected', async () => {
    await append([received(5, { eventId: 'r', effectiveAt: at(0) })]);
    expect(await requestsOf(stateNow)).toEqual({ Query: 1 });
    await append([corrected('r', received(6))]);
    expect(await requestsOf(stateNow)).toEqual({ Query: 1, BatchGetItem: 1 });
  });
});

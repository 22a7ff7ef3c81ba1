import { createRegistry, parseEvents, registry, type EventType } from '@hindsight/domain';
import type { ProductLog } from '@hindsight/workflow';
import { eventType as productReserved } from '../fixtures/new-event-type/src/events/product-reserved';
import { snapshotAt } from '../support/definition';
import { at, command, corrected, counted, received, shipped } from '../support/commands';
import { summaryItemsOf } from '../support/items';
import { wholeLog, openLog, verifyProduct } from '../support/log';
import { Meter } from '../support/meter';
import { ownLog } from '../support/own-log';

const reservation = { eventType: 'productReserved', quantity: 2, customer: 'the school' };

/** An earlier version of the code, whose reducers counted what is received twice. */
const twice = (type: EventType): EventType =>
  type.kind === 'change' && type.name === 'productReceived'
    ? {
        ...type,
        evolve: (productId, before, content) =>
          type.evolve(productId, type.evolve(productId, before, content), content),
      }
    : type;
const before = createRegistry(registry.types.map(twice), 'counts-twice');

describe('states that other code has stored', () => {
  const own = ownLog();
  let old: ProductLog;
  let log: ProductLog;
  let meter: Meter;
  const append = (to: ProductLog, body: unknown) => to.append(command(own.product, body));

  beforeEach(async () => {
    const client = own.table.connect();
    meter = new Meter(client);
    const clock = () => new Date(at(1000));
    old = openLog({ ...own.table, registry: before, clock });
    log = openLog({ client, tableName: own.table.tableName, clock });
    await append(old, [received(1, { effectiveAt: at(0) }), received(2, { effectiveAt: at(10) })]);
    await append(old, received(4, { eventId: 'late', effectiveAt: at(5) }));
    await append(old, shipped(3, { effectiveAt: at(20) }));
  });

  /** Every answer, as known at every version, is what this code makes of the events. */
  async function expectRight(): Promise<void> {
    const events = await wholeLog(log, own.product);
    for (const { version } of events)
      for (const time of [0, 5, 7, 10, 15, 20, 35]) {
        const asOf = at(time);
        const answer = await log.stateAt(own.product, { asOf, version });
        const expected = snapshotAt(registry, events, { asOf, version });
        expect(answer.found ? { state: answer.state, last: answer.lastEvent } : null).toEqual(expected);
      }
  }

  it('are seen by that code', async () => {
    expect(await old.stateAt(own.product)).toMatchObject({ state: { quantity: '11' } });
  });

  it('are in no answer, before and after an append in order, and a repair', async () => {
    await expectRight();
    expect(await append(log, shipped(4, { effectiveAt: at(30) }))).toMatchObject({
      state: { quantity: '0' },
    });
    await expectRight();
    expect(await log.repair(own.product)).toMatchObject({ done: true, eventsRead: 5 });
    await expectRight();
    expect((await verifyProduct(own.table, own.product)).difference).toBeUndefined();
  });

  it('make the next append ask for that repair, and only the next', async () => {
    for (const [seconds, repair] of [
      [30, true],
      [31, false],
    ] as const) {
      const next = command(own.product, received(1, { effectiveAt: at(seconds) }));
      expect(await log.plan(next)).toMatchObject({ outcome: 'store', repair });
      await log.append(next);
    }
  });

  it('are replaced by a repair of all that there is, though nothing was appended since', async () => {
    await old.repair(own.product);
    const [before] = await summaryItemsOf(own.table, own.product);
    expect(await log.repair(own.product)).toMatchObject({ done: true, eventsRead: 4 });
    const [after] = await summaryItemsOf(own.table, own.product);
    expect([before?.code, after?.code]).toEqual(['counts-twice', registry.revision]);
    await expectRight();
  });

  it('are not what a late event, a retraction or a refusal stands on', async () => {
    const late = await append(log, shipped(1, { effectiveAt: at(12) }));
    expect(late.adjustment).toMatchObject({ before: { quantity: '4' }, after: { quantity: '3' } });
    const less = await append(log, corrected('late', received(3)));
    expect(less.state).toMatchObject({ quantity: '2' });
    await expectRight();
    await expect(append(log, shipped(3, { effectiveAt: at(40) }))).rejects.toThrow();
    expect(await append(log, shipped(2, { effectiveAt: at(40) }))).toMatchObject({
      state: { quantity: '0' },
    });
    await log.repair(own.product);
    await expectRight();
  });

  it('are not what a late event leaves as the state now, where a count makes it not matter', async () => {
    await append(old, counted(7, { effectiveAt: at(50) }));
    await append(old, received(1, { effectiveAt: at(60) }));
    expect(await append(log, received(1, { effectiveAt: at(45) }))).toMatchObject({
      state: { quantity: '8' },
    });
    expect(await log.stateAt(own.product)).toMatchObject({
      state: { quantity: '8' },
      lastEvent: { effectiveAt: at(60) },
    });
    await expectRight();
  });

  it('and its summaries, neither', async () => {
    await old.repair(own.product);
    await expectRight();
    await log.repair(own.product);
    await expectRight();
  });

  it('cost no second look before the first moment', async () => {
    await log.repair(own.product);
    const used = await meter.of(() => log.stateAt(own.product, { asOf: at(-1) }));
    // The head, no entry; then why, and since when.
    expect(used.requests).toEqual({ Query: 3, GetItem: 1 });
  });
});

describe('events of a type that only newer code has', () => {
  const own = ownLog();

  it('are refused by name, and so are appends; other products are not affected', async () => {
    const newer = createRegistry([...registry.types, productReserved], 'newer.code');
    const reserved = openLog({ ...own.table, registry: newer });
    const { log } = own;
    await log.append(command(own.product, received(5)));
    const parsed = parseEvents(newer, reservation, { productId: own.product, newId: () => 'reserved' });
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
    await reserved.append({ ...command(own.product, received(1)), events: parsed.events });

    const tooOld = {
      name: 'CodeTooOld',
      message: expect.stringMatching(/productReserved.*too old/) as string,
    };
    await expect(log.stateAt(own.product)).rejects.toMatchObject(tooOld);
    await expect(log.append(command(own.product, shipped(1)))).rejects.toMatchObject(tooOld);
    expect(await reserved.headVersion(own.product)).toBe(2);
    // What was known before is still answered.
    expect(await log.stateAt(own.product, { version: 1 })).toMatchObject({ state: { quantity: '5' } });
  });
});

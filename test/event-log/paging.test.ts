import type { ReadOptions } from '@hindsight/event-log';
import type { EventPage } from '@hindsight/workflow';
import { at, command, corrected, counted, received, retracted, shipped } from '../support/commands';
import { wholeLog } from '../support/log';
import { Meter } from '../support/meter';
import { ownLog } from '../support/own-log';

type Options = Partial<ReadOptions> & { readonly types?: readonly string[] };

/** Pages, their ends, and how much of the log they look at. */
describe('pages of a log', () => {
  const own = ownLog();
  const versionsOf = (page: EventPage | undefined) => page?.events.map(({ version }) => version);

  describe('of 1,100 events, of which two are of a rare type', () => {
    const product = 'long';
    let meter: Meter;
    beforeAll(async () => {
      for (let first = 1; first <= 1100; first += 25)
        await own.log.append({
          ...command(
            product,
            Array.from({ length: 25 }, (_, i) =>
              [3, 1050].includes(first + i)
                ? counted(1, { effectiveAt: at(first + i) })
                : received(1, { effectiveAt: at(first + i) }),
            ),
          ),
        });
      meter = new Meter(own.table.client);
    });

    const kinds = {
      readRecorded: (options: Options) =>
        own.log.readRecorded(product, { direction: 'forward', limit: 5, ...options }),
      readEffective: (options: Options) =>
        own.log.readEffective(product, { direction: 'forward', limit: 5, ...options }),
    };

    it.each(['readRecorded', 'readEffective'] as const)(
      '%s passes over 200 of them for a rare type, and then says where to go on',
      async (kind) => {
        const types = ['stockCounted'];
        for (const direction of ['forward', 'backward'] as const) {
          for (const limit of [1, 5]) {
            const found: number[] = [];
            let after: string | undefined;
            do {
              let page: EventPage | undefined;
              const read = async () =>
                (page = await kinds[kind]({ direction, types, limit, ...(after && { after }) }));
              // A request is made for 64 items; one more is looked at to know whether the page is the last one.
              expect((await meter.of(read)).itemsRead).toBeLessThanOrEqual(201 + 64 + 1);
              found.push(...(versionsOf(page) ?? []));
              after = page?.next;
            } while (after !== undefined);
            expect(found).toEqual(direction === 'forward' ? [3, 1050] : [1050, 3]);
          }
        }
      },
    );

    it.each(['readRecorded', 'readEffective'] as const)(
      '%s reads what a page has and whether there is more, at once',
      async (kind) => {
        const used = await meter.of(() => kinds[kind]({ limit: 7 }));
        // In effective order, also the head, what tells that all of the last place is there, and the state before the
        // count among them.
        expect(used.itemsRead).toBe(kind === 'readRecorded' ? 8 : 11);
        expect(used.readRequests).toBe(kind === 'readRecorded' ? 1 : 3);
        expect(versionsOf(await kinds[kind]({ limit: 7 }))).toEqual([1, 2, 3, 4, 5, 6, 7]);
      },
    );

    it('counts what a retraction leaves behind as passed over', async () => {
      const names = Array.from({ length: 300 }, (_, i) => `gone-${i}`);
      for (let first = 0; first < names.length; first += 25) {
        const some = names.slice(first, first + 25);
        const times = some.map((eventId, i) => received(1, { eventId, effectiveAt: at(first + i) }));
        await own.log.append(command('cleared', times));
        await own.log.append(
          command(
            'cleared',
            some.map((eventId) => retracted(eventId)),
          ),
        );
      }
      const options = { direction: 'forward', limit: 5 } as const;
      let page: EventPage | undefined;
      const read = async () => (page = await own.log.readEffective('cleared', options));
      expect((await meter.of(read)).itemsRead).toBeLessThanOrEqual(201 + 64 + 1);
      expect(page).toMatchObject({ events: [], next: expect.any(String) as string });
    });

    it('begin and end at a recorded time, found by reading 32 events at most', async () => {
      const events = await wholeLog(own.log, product);
      const from = events[600]?.recordedAt ?? '';
      const first = events.find(({ recordedAt }) => recordedAt >= from)?.version ?? 0;
      expect(versionsOf(await kinds.readRecorded({ from, limit: 1 }))).toEqual([first]);
      const before = await kinds.readRecorded({ to: from, limit: 1, direction: 'backward' });
      expect(versionsOf(before)).toEqual([first - 1]);
      const used = await meter.of(() => kinds.readRecorded({ from, limit: 1 }));
      expect(used.itemsRead).toBeLessThanOrEqual(1 + 32 + 2);
    });

    it('after the end are empty, and cost the head alone', async () => {
      const used = await meter.of(async () => {
        expect(await kinds.readRecorded({ from: '9999-01-01T00:00:00.000Z' })).toEqual({ events: [] });
      });
      // Where to begin and what is there, and whether there is a log at all: two looks of three, and the head.
      expect(used.requests).toEqual({ Query: 7 });
      const found = await meter.of(() => kinds.readRecorded({ limit: 1 }));
      expect(found.requests).toEqual({ Query: 1 });
    });
  });

  it('of large events end early, and the pages together have all of them', async () => {
    const large = { reason: '😀'.repeat(1000), color: '😀'.repeat(128), size: '😀'.repeat(128) };
    for (let batch = 0; batch < 10; batch += 1)
      await own.append(Array.from({ length: 8 }, () => received(1, large)));
    for (const kind of ['readRecorded', 'readEffective'] as const) {
      const found: number[] = [];
      let after: string | undefined;
      do {
        const options = { direction: 'forward', limit: 200, ...(after && { after }) } as const;
        const page = await own.log[kind](own.product, options);
        expect(Buffer.byteLength(JSON.stringify(page))).toBeLessThan(256 * 1024 + 16 * 1024);
        found.push(...(versionsOf(page) ?? []));
        after = page?.next;
      } while (after !== undefined);
      expect(found).toEqual(Array.from({ length: 80 }, (_, i) => i + 1));
    }
  });

  it('end without a cursor where nothing follows, though they are full', async () => {
    await own.append([received(1), received(1)]);
    for (const direction of ['forward', 'backward'] as const) {
      expect(await own.log.readRecorded(own.product, { direction, limit: 2 })).not.toHaveProperty('next');
      expect(await own.log.readEffective(own.product, { direction, limit: 2 })).not.toHaveProperty('next');
      expect(await own.log.timeline(own.product, { direction, limit: 2 })).not.toHaveProperty('next');
      expect(await own.log.timeline(own.product, { direction, limit: 1 })).toHaveProperty('next');
    }
    const backward = { direction: 'backward', limit: 5 } as const;
    expect(versionsOf(await own.log.readRecorded(own.product, { ...backward, after: '1' }))).toEqual([]);
    expect(versionsOf(await own.log.readRecorded(own.product, { ...backward, after: '2' }))).toEqual([1]);
  });

  describe('of a history with corrections', () => {
    beforeEach(async () => {
      await own.append(received(10, { eventId: 'a', color: 'black', reason: 'first', effectiveAt: at(0) }));
      await own.append(shipped(2, { eventId: 'b', effectiveAt: at(10) }));
      await own.append(shipped(3, { eventId: 'c', effectiveAt: at(20) }));
      await own.append(corrected('b', counted(9)));
      await own.append(corrected('b', counted(8)));
      await own.append(corrected('c', shipped(1, { effectiveAt: at(5) })));
      await own.append(received(1, { eventId: 'd', effectiveAt: at(30) }));
      await own.append(retracted('d'));
    });

    it('have each event as it counts, in either direction and in pages of any size', async () => {
      const all = await own.log.readEffective(own.product, { direction: 'forward', limit: 9 });
      const recorded = await wholeLog(own.log, own.product);
      expect(all?.events[0]).toEqual(recorded[0]);
      expect(all?.events).toEqual([
        expect.objectContaining({ eventId: 'a', quantity: '10' }),
        expect.objectContaining({ eventId: 'c', eventType: 'productShipped', quantity: '1', version: 3 }),
        expect.objectContaining({ eventId: 'b', eventType: 'stockCounted', quantity: '8', version: 2 }),
      ]);
      expect(all?.events[2]).toMatchObject({
        eventCategory: 'inventory',
        productId: own.product,
        effectiveAt: at(10),
        recordedAt: recorded[1]?.recordedAt,
      });
      for (const limit of [1, 2, 3]) {
        for (const direction of ['forward', 'backward'] as const) {
          const events: unknown[] = [];
          for (let after: string | undefined, more = true; more;) {
            const page = await own.log.readEffective(own.product, {
              direction,
              limit,
              ...(after && { after }),
            });
            events.push(...(page?.events ?? []));
            after = page?.next;
            more = after !== undefined;
          }
          expect(events).toEqual(direction === 'forward' ? all?.events : all?.events.toReversed());
        }
      }
    });

    it('of one type have those that count as that type', async () => {
      const typed = (types: string[]) =>
        own.log.readEffective(own.product, { direction: 'forward', limit: 9, types });
      expect((await typed(['productShipped']))?.events.map(({ eventId }) => eventId)).toEqual(['c']);
      expect((await typed(['stockCounted', 'productReceived']))?.events).toHaveLength(2);
      expect((await typed(['eventCorrected']))?.events).toEqual([]);
    });

    it('name the event that a state is of, as it counts', async () => {
      const { log, product } = own;
      const recorded = await wholeLog(log, product);
      for (const [moment, lastEvent] of [
        [
          10,
          {
            eventId: 'b',
            eventType: 'stockCounted',
            version: 2,
            effectiveAt: at(10),
            recordedAt: recorded[1]?.recordedAt,
          },
        ],
        [
          5,
          {
            eventId: 'c',
            eventType: 'productShipped',
            version: 3,
            effectiveAt: at(5),
            recordedAt: recorded[2]?.recordedAt,
          },
        ],
      ] as const)
        expect(await log.stateAt(product, { asOf: at(moment) })).toMatchObject({ lastEvent });
    });
  });

  it('of a life tell what each event changed, and what a count found', async () => {
    await own.append(counted(7, { eventId: 'a', effectiveAt: at(0) }));
    await own.append(received(1, { eventId: 'b', effectiveAt: at(10), color: 'black' }));
    await own.append({
      eventType: 'productAdjusted',
      eventId: 'c',
      color: 'red',
      unitPrice: '$2',
      size: 'XL',
      effectiveAt: at(20),
    });
    await own.append({ eventType: 'productAdjusted', eventId: 'd', unitPrice: '$2', effectiveAt: at(30) });
    await own.append(counted(0, { eventId: 'e', effectiveAt: at(40) }));
    await own.append(counted(0, { eventId: 'f', effectiveAt: at(50) }));
    for (const [options, expected] of [
      [{ direction: 'forward', limit: 9 }, 'abcdef'],
      [{ direction: 'backward', limit: 9 }, 'fedcba'],
      [{ direction: 'backward', limit: 2 }, 'fe'],
      [{ direction: 'forward', limit: 9, from: at(20), to: at(40) }, 'cd'],
    ] as const) {
      const page = await own.log.timeline(own.product, options);
      const answers = Object.fromEntries(
        page?.entries.map(({ event, changed, variance }) => [event.eventId, [...changed, variance]]) ?? [],
      );
      const all = {
        a: ['quantity', 'status', '7'],
        b: ['quantity', 'color', undefined],
        c: ['unitPrice', 'color', 'size', undefined],
        d: [undefined],
        e: ['quantity', 'status', '-8'],
        f: ['0'],
      };
      expect(page?.entries.map(({ event }) => event.eventId).join('')).toBe(expected);
      expect(answers).toEqual(
        Object.fromEntries(Object.entries(all).filter(([id]) => expected.includes(id))),
      );
      expect(page?.entries.map(({ effectiveAt }) => effectiveAt)).toEqual(
        page?.entries.map(({ event }) => event.effectiveAt),
      );
    }
  });
});

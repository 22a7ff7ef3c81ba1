import { SIZES } from '@hindsight/event-log';
import { randomUUID } from 'node:crypto';
import type { ProductLog } from '@hindsight/workflow';
import { openLog } from '../support/log';
import { at, command, counted, received, shipped } from '../support/commands';
import { startTable, type TestTable } from '../support/engine';
import { figures } from '../support/figures';
import { Meter } from '../support/meter';

/** The stream that costs are counted on: one event a second, in batches, as fast as the log takes them. */
async function grow(log: ProductLog, productId: string, from: number, to: number): Promise<void> {
  for (let first = from; first < to; first += 25) {
    const events = Array.from({ length: Math.min(25, to - first) }, (_, i) => {
      const moment = { effectiveAt: at(first + i), eventId: `${first + i}` };
      return (first + i) % 2 === 0 ? received(3, moment) : shipped(2, moment);
    });
    await log.append(command(productId, events));
  }
}

const numbers = (text: string): number[] => text.split(',').map(Number);
const LENGTHS = numbers(process.env['LENGTHS'] ?? '10,1000,3000');
const DISTANCES = numbers(process.env['DISTANCES'] ?? '1,100,1000');
const LONGEST = Math.max(...LENGTHS);

describe('what operations cost, at any length of the stream', () => {
  let table: TestTable;
  let meter: Meter;
  let log: ProductLog;

  beforeAll(async () => {
    table = await startTable();
    meter = new Meter(table.client);
    log = openLog({ client: table.client, tableName: table.tableName });
    let length = 0;
    for (const next of LENGTHS) {
      await grow(log, `${next}`, length, next);
      length = 0;
    }
  }, 20 * 60_000);
  afterAll(() => table.stop());

  it.each(LENGTHS)('an append in order at %i events: two reads of one unit each, one put', async (length) => {
    // The first append after a batch makes sure that all of the batch can be seen.
    await log.append(command(`${length}`, shipped(1)));
    const used = await meter.of(() => log.append(command(`${length}`, shipped(1))));
    expect(used).toMatchObject({ requests: { Query: 2, PutItem: 1 }, transactions: [] });
    expect(used.readUnits).toBeLessThanOrEqual(2);
  });

  it.each(LENGTHS)(
    'the same at %i events, with an id that the server made: one read of one unit, one put',
    async (length) => {
      const eventId = randomUUID();
      const sent = command(`${length}`, shipped(1, { eventId }), { newIds: [eventId] });
      const used = await meter.of(() => openLog(table).append(sent));
      expect(used).toMatchObject({ requests: { Query: 1, PutItem: 1 }, readUnits: 1 });
    },
  );

  it.each(LENGTHS)('the state now at %i events: one request of one unit', async (length) => {
    const used = await meter.of(() => log.stateAt(`${length}`));
    expect(used).toMatchObject({ requests: { Query: 1 }, readUnits: 1 });
  });

  it.each(LENGTHS)(
    'the state as of any moment at %i events: two requests, two units at most',
    async (length) => {
      for (const share of [0, 0.1, 0.5, 0.99]) {
        const used = await meter.of(() => log.stateAt(`${length}`, { asOf: at(Math.floor(length * share)) }));
        expect(used.readRequests).toBeLessThanOrEqual(2);
        expect(used.readUnits).toBeLessThanOrEqual(2);
      }
    },
  );

  it.each(LENGTHS)(
    'the state at any version at %i events: two requests, two units at most',
    async (length) => {
      for (const share of [0.1, 0.5, 1]) {
        const version = Math.ceil(length * share);
        const used = await meter.of(() =>
          log.stateAt(`${length}`, { version, asOf: at(Math.floor(version * share)) }),
        );
        expect(used.readRequests).toBeLessThanOrEqual(2);
        expect(used.readUnits).toBeLessThanOrEqual(2);
      }
    },
  );

  describe.each(DISTANCES)(`an event of the stream of ${LONGEST} late by %i`, (distance) => {
    const productId = `${LONGEST}`;
    // Where runs are cut depends on a hash of the product: a few are much longer than the others.
    const [MOST_REQUESTS, MOST_ITEMS] = [16, 400];

    it(
      'costs the same at any distance, and so does a state, before and after the repair',
      async () => {
        while (!(await log.repair(productId)).done);
        const late = at(LONGEST - distance - 0.5);
        const used = await meter.of(() => log.append(command(productId, received(1, { effectiveAt: late }))));
        expect(used.readRequests).toBeLessThanOrEqual(MOST_REQUESTS);
        expect(used.itemsRead).toBeLessThanOrEqual(MOST_ITEMS);
        expect(used.requests).toMatchObject({ PutItem: 1 });
        figures(
          `late by ${distance}: ${used.itemsRead} items in ${used.readRequests} requests, ${used.readUnits} units`,
        );
        for (const when of ['before', 'after']) {
          for (const share of [0, 0.25, 0.5, 0.75, 0.9, 1]) {
            const asOf = at(LONGEST - Math.floor(distance * share));
            const { itemsRead, readRequests } = await meter.of(() => log.stateAt(productId, { asOf }));
            expect(readRequests).toBeLessThanOrEqual(MOST_REQUESTS);
            expect(itemsRead).toBeLessThanOrEqual(MOST_ITEMS);
            figures(`a state ${when} the repair: ${itemsRead} items in ${readRequests} requests`);
          }
          while (!(await log.repair(productId)).done);
        }
      },
      20 * 60_000,
    );
  });

  it('stops replaying where a count makes the past not matter, and says so', async () => {
    const productId = 'counted';
    await grow(log, productId, 0, 50);
    await log.append(command(productId, counted(7, { effectiveAt: at(50) })));
    await grow(log, productId, 51, 500);
    const late = command(productId, received(5, { effectiveAt: at(40.5) }));
    const used = await meter.of(async () => {
      const { adjustment } = await log.append(late);
      expect(adjustment?.eventsAffected).toBe(10);
      expect(adjustment?.before).toEqual(adjustment?.after);
    });
    expect(used.itemsRead).toBeLessThanOrEqual(10 + SIZES.ahead + SIZES.nearby);
  });
});

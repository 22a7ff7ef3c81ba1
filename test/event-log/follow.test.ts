import fc from 'fast-check';
import { createMemoryStore } from '@hindsight/event-log';
import { createProductLog, type AppendResult, type ProductLog, type Followed } from '@hindsight/workflow';
import { openLog } from '../support/log';
import { Naive } from '../../packages/domain/src/testing/naive';
import { Play } from '../history/play';
import { steps } from '../history/steps';
import { at, command, received, retracted, shipped } from '../support/commands';
import { startTable, type TestTable } from '../support/engine';

const RUNS = Number(process.env['HISTORIES'] ?? 40);

async function all(followed: AsyncIterable<Followed>): Promise<Followed[]> {
  const list: Followed[] = [];
  for await (const one of followed) list.push(one);
  return list;
}

describe('following a log', () => {
  let table: TestTable;
  beforeAll(async () => {
    table = await startTable();
  });
  afterAll(() => table.stop());

  const logAt = (seconds: { now: number }): ProductLog =>
    openLog({ ...table, clock: () => new Date(at(seconds.now)) });

  it('tells each event, and of late ones and corrections what their appends answered', async () => {
    const time = { now: 0 };
    const log = logAt(time);
    const bodies = [
      received(10, { effectiveAt: at(-100) }),
      shipped(4, { effectiveAt: at(-50) }),
      received(5, { eventId: 'late', effectiveAt: at(-70) }),
      received(1),
      retracted('late'),
    ];
    const results: AppendResult[] = [];
    for (const body of bodies) {
      time.now += 1;
      results.push(await log.append(command('stream', body)));
    }

    const followed = await all(log.follow('stream', { after: 0 }));

    expect(followed.map(({ event }) => event)).toEqual(results.map(({ events }) => events[0]));
    expect(followed.map(({ adjustment }) => adjustment)).toEqual(results.map(({ adjustment }) => adjustment));
    expect(followed.map(({ adjustment }) => adjustment !== undefined)).toEqual([
      false,
      false,
      true,
      false,
      true,
    ]);
    expect(await all(log.follow('stream', { after: 2 }))).toEqual(followed.slice(2));
    expect(await all(log.follow('stream', { after: 3, again: true }))).toEqual(followed.slice(2));
    expect(await all(log.follow('stream', { after: 5 }))).toEqual([]);
    expect(await all(log.follow('nobody', { after: 0 }))).toEqual([]);
    const plain = await all(log.follow('stream', { after: 0, adjustments: false }));
    expect(plain).toEqual(followed.map(({ event }) => ({ event })));
  });

  it(`${RUNS} random histories: each event comes with the difference of both histories`, async () => {
    const store = createMemoryStore();
    const log = createProductLog({ store, clock: () => new Date(at(1000)) });
    let played = 0;
    const property = fc.asyncProperty(steps, async (history) => {
      played += 1;
      const productId = `followed-${played}`;
      await new Play(store, productId).run(history);

      const followed = await all(log.follow(productId, { after: 0 }));

      const events = followed.map(({ event }) => event);
      expect(events.map(({ version }) => version)).toEqual(events.map((_, index) => index + 1));
      for (const [index, { event, adjustment }] of followed.entries()) {
        const naive = new Naive({
          productId,
          before: events.slice(0, index),
          after: events.slice(0, index + 1),
          now: event.recordedAt,
        });
        if (adjustment === undefined) {
          // Nothing that was recorded stands after it.
          expect(naive.old.filter((fact) => fact.event.effectiveAt > event.effectiveAt)).toEqual([]);
          continue;
        }
        expect(adjustment.changes).toEqual(naive.changes());
        expect(adjustment.conflicts).toEqual(naive.conflicts());
      }
    });
    await fc.assert(property, { numRuns: RUNS, seed: 7, endOnFailure: true });
  }, 120_000);
});

import { decimalOf, millionths } from '@hindsight/bitemporal';
import { latenessReport } from '@hindsight/workflow';
import fc from 'fast-check';
import { corrected, received, retracted, shipped } from '../support/commands';
import { stateOf } from './world';
import { wholeLog } from '../support/log';
import { append, newWorld } from '../views/world';

/** How late events come, and how far numbers moved, compared with the definition on random logs. */

const DAY = 24 * 60 * 60;
const DAY_MS = DAY * 1000;
/** What `at(0)` is. */
const START = Date.parse('2026-03-01T12:00:00.000Z');

const step = fc.record({
  kind: fc.constantFrom('received', 'shipped', 'moved', 'retracted'),
  /** Days until the next one, and how many days it is late, in tenths. */
  wait: fc.integer({ min: 1, max: 60 }),
  late: fc.integer({ min: -10, max: 400 }),
  target: fc.nat(),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const tenths = (count: number): number => Math.round((count * DAY) / 10);
const time = (seconds: number): string => new Date(START + seconds * 1000).toISOString();

async function worldOf(steps: readonly Step[]) {
  const world = newWorld();
  const ids: string[] = [];
  for (const [index, { kind, wait, late, target }] of steps.entries()) {
    world.seconds += tenths(wait);
    const effectiveAt = time(world.seconds - tenths(late));
    const eventId = `e${index}`;
    const targetId = ids[target % Math.max(1, ids.length)];
    const flag = { onConflict: 'flag' };
    if (targetId !== undefined && kind === 'moved')
      await append(world, 'p', corrected(targetId, received(2, { effectiveAt })), flag);
    else if (targetId !== undefined && kind === 'retracted')
      await append(world, 'p', retracted(targetId), flag);
    else {
      await append(world, 'p', (kind === 'shipped' ? shipped : received)(3, { eventId, effectiveAt }), flag);
      ids.push(eventId);
    }
  }
  world.seconds += tenths(15);
  return world;
}

const sizes = (amounts: readonly bigint[]) => [...amounts].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
const nearest = (sorted: readonly bigint[], share: number): string =>
  decimalOf(sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0n);

test('150 random logs: what moved after waiting is the difference between what was known then and now', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
      const world = await worldOf(steps);
      const events = await wholeLog(world.log, 'p');
      const report = await latenessReport(world.log, 'p', world.clock());
      const first = Date.parse(events[0]?.recordedAt ?? '');
      for (const moved of report?.moved ?? []) {
        const last = Math.floor((world.clock().getTime() - moved.after * DAY_MS) / DAY_MS) * DAY_MS;
        const ends = Array.from({ length: 90 }, (_, day) => last - day * DAY_MS - 1).filter(
          (end) => end >= first,
        );
        const quantity = (asOf: string, knownAt?: string) =>
          millionths(stateOf(events, { asOf, ...(knownAt && { knownAt }) })?.quantity ?? '0');
        const amounts = sizes(
          ends.map((end) => {
            const asOf = new Date(end).toISOString();
            const known = new Date(end + moved.after * DAY_MS).toISOString();
            const difference = quantity(asOf) - quantity(asOf, known);
            return difference < 0n ? -difference : difference;
          }),
        );
        expect(moved).toEqual({
          after: moved.after,
          days: ends.length,
          moved: amounts.filter((amount) => amount !== 0n).length,
          p50: nearest(amounts, 0.5),
          p90: nearest(amounts, 0.9),
          p99: nearest(amounts, 0.99),
          max: nearest(amounts, 1),
        });
      }
    }),
    { numRuns: 150 },
  );
});

test('lateness is by type, a correction is as late as its target, and what comes in time is 0', async () => {
  const world = newWorld();
  world.seconds = 100;
  await append(world, 'p', received(5, { eventId: 'r1', effectiveAt: time(40) }));
  await append(world, 'p', received(5, { effectiveAt: time(95) }));
  await append(world, 'p', received(5, { effectiveAt: time(500) }));
  await append(world, 'p', shipped(1));
  world.seconds = 340;
  await append(world, 'p', retracted('r1'));
  const report = await latenessReport(world.log, 'p', world.clock());
  expect(report).toMatchObject({
    version: 5,
    fromVersion: 1,
    all: { events: 5, late: 3, p50: 5, p90: 300, max: 300 },
    byType: {
      eventRetracted: { events: 1, late: 1, p50: 300 },
      productReceived: { events: 3, late: 2, p50: 5, p90: 60, p99: 60, max: 60 },
      productShipped: { events: 1, late: 0, p50: 0, max: 0 },
    },
  });
  expect(await latenessReport(world.log, 'unknown', world.clock())).toBeUndefined();
});

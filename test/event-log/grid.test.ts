import { createMemoryStore, type Store } from '@hindsight/event-log';
import { createProductLog, type ProductLog } from '@hindsight/workflow';
import { command, received, shipped } from '../support/commands';
import { lifeOf } from '../explorer/random-life';

/** The map of a product over both time axes. */

const START = Date.parse('2026-10-01T00:00:00.000Z');
const MINUTE = 60_000;
const iso = (minute: number) => new Date(START + minute * MINUTE).toISOString();
const product = 'p';
const span = (from: number, to: number, count: number) =>
  Array.from({ length: count }, (_, index) => iso(Math.round(from + ((to - from) * index) / (count - 1))));

/** A log whose events are recorded a minute after another. */
async function logOf(bodies: readonly object[], store: Store = createMemoryStore()): Promise<ProductLog> {
  let minute = 0;
  const log = createProductLog({ store, clock: () => new Date(iso(minute)) });
  for (const body of bodies) {
    minute += 1;
    await log.append(command(product, body, { onConflict: 'flag' }));
  }
  for (let done = false; !done;) ({ done } = await log.repair(product));
  return log;
}

test.each([1, 2, 3, 4, 5, 6, 7, 8])(
  'every cell is the state at its moment, as known at its time: life %p',
  async (seed) => {
    const { events } = lifeOf(seed, 40, START);
    const log = await logOf(events);
    const [asOf, knownAt] = [span(-5, 90, 17), span(-2, 45, 13)];
    const grid = await log.grid(product, { asOf, knownAt });
    const expected: unknown[][] = [];
    for (const known of knownAt) {
      const row: unknown[] = [];
      for (const moment of asOf) {
        const answer = await log.stateAt(product, { asOf: moment, knownAt: known });
        row.push(answer.found ? answer.state : null);
      }
      expected.push(row);
    }
    expect(grid?.rows).toEqual(expected);
    expect(expected.flat()).toContainEqual(expect.objectContaining({ productId: product }));
  },
);

test('there is no map of a product without events', async () => {
  const log = createProductLog({ store: createMemoryStore() });
  expect(await log.grid('nothing', { asOf: [iso(0)], knownAt: [iso(0)] })).toBeUndefined();
});

test('its requests grow with the columns and the rows, and not with the cells', async () => {
  const bodies = Array.from({ length: 600 }, (_, index) => {
    // One in 20 is late by an hour.
    const effectiveAt = iso(index + 1 - (index % 20 === 0 ? 60 : 0));
    const more = { eventId: `e${index}`, effectiveAt };
    return index % 3 === 0 ? received(7, more) : shipped(3, more);
  });
  const log = await logOf(bodies);
  const requestsOf = async (count: number) => {
    const grid = await log.grid(product, { asOf: span(0, 600, count), knownAt: span(0, 600, count) });
    return grid?.requests ?? 0;
  };
  const [few, many] = [await requestsOf(10), await requestsOf(60)];
  // 36 times the cells; a state by itself takes two requests and more.
  expect(many).toBeLessThan(few * 8);
  expect(many).toBeLessThan(3_600 / 5);
}, 120_000);

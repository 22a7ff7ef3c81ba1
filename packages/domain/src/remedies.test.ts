import { historyOf, stateAsOf } from '@hindsight/bitemporal';
import fc from 'fast-check';
import { add } from './decimal';
import type { Remedies } from './remedies';
import { registry } from './registry.generated';
import { at, given, type Given } from './testing/given';
import { adjusted, counted, received, shipped } from './testing/sent';

const PRODUCT = 'anvil';

/** The remedies of a shipment, found as a log finds them: from the history as it is. */
function remediesOf(log: Given, quantity: string, asked: string): Remedies {
  const search = registry.remedies(
    { eventType: 'productShipped', schemaVersion: 1, quantity },
    'insufficient-stock',
  );
  if (search === undefined) throw new Error('a shipment has remedies');
  let current = stateAsOf(registry, PRODUCT, log.events, { asOf: asked })?.state ?? null;
  search.begin(asked, current);
  for (const { event, content } of historyOf(registry, log.events)) {
    if (event.effectiveAt <= asked || search.done) continue;
    current = registry.evolve(PRODUCT, current, content);
    search.next(event.effectiveAt, content, current);
  }
  return search.result() as Remedies;
}

const earlier = (time: string): string => new Date(Date.parse(time) - 1).toISOString();

test('of a shipment that took too much: what fits, from when, and what is missing', () => {
  const log = given(
    received('10', { effectiveAt: at(0) }),
    shipped('8', { effectiveAt: at(2) }),
    received('20', { effectiveAt: at(4) }),
  );
  expect(remediesOf(log, '5', at(1))).toEqual({
    possibleFrom: at(4),
    fits: '2',
    needs: { quantity: '3', by: at(2) },
  });
});

test('a count ends what a shipment before it lowers', () => {
  const log = given(
    received('5', { effectiveAt: at(0) }),
    received('5', { effectiveAt: at(2) }),
    counted('1', { effectiveAt: at(3) }),
  );
  expect(remediesOf(log, '8', at(1))).toMatchObject({ possibleFrom: at(2), fits: '5' });
});

test('of a shipment that never fits: no moment', () => {
  expect(remediesOf(given(received('5', { effectiveAt: at(0) })), '8', at(1))).toEqual({
    fits: '5',
    needs: { quantity: '3', by: at(1) },
  });
  expect(remediesOf(given(), '8', at(1))).toEqual({ fits: '0', needs: { quantity: '8', by: at(1) } });
});

test('what only adds or describes has no remedies', () => {
  for (const event of [received('1'), counted('1'), adjusted('5')])
    expect(registry.remedies({ schemaVersion: 1, ...event } as never, 'insufficient-stock')).toBeUndefined();
});

const time = fc.nat(10).map((n) => at(n / 2));
const quantity = fc.integer({ min: 1, max: 12 }).map((n) => String(n / 2));
const sent = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(quantity, time).map(([q, effectiveAt]) => received(q, { effectiveAt })) },
  { weight: 3, arbitrary: fc.tuple(quantity, time).map(([q, effectiveAt]) => shipped(q, { effectiveAt })) },
  { weight: 1, arbitrary: fc.tuple(quantity, time).map(([q, effectiveAt]) => counted(q, { effectiveAt })) },
  { weight: 1, arbitrary: time.map((effectiveAt) => adjusted('5', { quantity: '2', effectiveAt })) },
);

test('of every refused shipment they are true when they are given', () => {
  let refusals = 0;
  fc.assert(
    fc.property(fc.array(sent, { maxLength: 12 }), quantity, time, (events, needed, asked) => {
      const log = given(...events);
      const ship = (amount: string, effectiveAt: string, on = log) =>
        on.when(shipped(amount, { effectiveAt })).refused === undefined;
      if (ship(needed, asked)) return;
      refusals += 1;
      const { possibleFrom, fits, needs } = remediesOf(log, needed, asked);
      if (possibleFrom === undefined) {
        const moments = [asked, ...log.events.map(({ effectiveAt }) => effectiveAt)];
        for (const moment of moments.filter((one) => one >= asked)) expect(ship(needed, moment)).toBe(false);
      } else {
        expect(ship(needed, possibleFrom)).toBe(true);
        if (possibleFrom > asked) expect(ship(needed, earlier(possibleFrom))).toBe(false);
      }
      if (fits !== '0') expect(ship(fits, asked)).toBe(true);
      expect(ship(add(fits, '0.000001'), asked)).toBe(false);
      const with_ = (amount: string, effectiveAt: string) =>
        log.when(received(amount, { effectiveAt }), 'flag').log;
      expect(ship(needed, asked, with_(needs.quantity, needs.by))).toBe(true);
      const less = add(needs.quantity, '-0.000001');
      if (less !== '0') expect(ship(needed, asked, with_(less, needs.by))).toBe(false);
      const later = new Date(Date.parse(needs.by) + 1).toISOString();
      expect(ship(needed, asked, with_(needs.quantity, later))).toBe(false);
    }),
    { numRuns: 500 },
  );
  expect(refusals).toBeGreaterThan(50);
});

import { asSent, completed } from './currency';
import { parseEvents } from './parse';
import { registry } from './registry.generated';
import { given } from './testing/given';

const parsed = (...events: object[]) => {
  const result = parseEvents(registry, events, { productId: 'anvil', newId: () => 'id' });
  if (!result.ok) throw new Error(JSON.stringify(result.errors));
  return result.events;
};
const typeOf = (name: string) => registry.get(name);
const received = (unitPrice: unknown) => ({ eventType: 'productReceived', quantity: 1, unitPrice });
const corrected = (replacement: object) => ({
  eventType: 'eventCorrected',
  targetEventId: 'e1',
  replacement,
});
const euros = { unitPrice: { amount: '9', currency: 'EUR' } };

describe('an amount without a currency', () => {
  test.each([
    ['has that of the product', euros, [received(4)], ['EUR']],
    ['has that of the deployment if the product has no price', { unitPrice: null }, [received(4)], ['CHF']],
    ['has that of the deployment if the product is new', null, [received('4')], ['CHF']],
    [
      'has that of another event of the append if the product is new',
      null,
      [received('4'), received('£1')],
      ['GBP', 'GBP'],
    ],
    ['keeps the one that it names', euros, [received('$4'), received(4)], ['USD', 'EUR']],
  ])('%s', (_, latest, events, currencies) => {
    const done = completed(typeOf, parsed(...events), latest, 'CHF');
    expect(done.map((event) => (event['unitPrice'] as { currency: string }).currency)).toEqual(currencies);
  });

  test('in a replacement has that of the product too', () => {
    const [event] = completed(typeOf, parsed(corrected(received(4))), euros, 'CHF');
    expect(event).toMatchObject({
      replacement: { unitPrice: { amount: '4', currency: 'EUR' }, assumedCurrency: ['unitPrice'] },
    });
    expect(event).not.toHaveProperty('assumedCurrency');
  });

  test.each([
    [received(4)],
    [received('$4')],
    [received(undefined)],
    [corrected(received(4))],
    [{ eventType: 'stockCounted', quantity: 1 }],
  ])('in %j is as it was sent once the currency is taken off, and is completed anew', (sent) => {
    const events = parsed(sent);
    const done = completed(typeOf, events, euros, 'CHF');
    expect(done.map(asSent)).toEqual(events);
    expect(completed(typeOf, done, null, 'CHF')).toEqual(completed(typeOf, events, null, 'CHF'));
  });

  test('that clears a price has none', () => {
    const [event] = completed(
      typeOf,
      parsed({ eventType: 'productAdjusted', unitPrice: null }),
      euros,
      'CHF',
    );
    expect(event).toMatchObject({ unitPrice: null });
    expect(event).not.toHaveProperty('assumedCurrency');
  });

  test('of a late first receipt has the currency of the price that comes after it', () => {
    const log = given({ ...received('€5'), effectiveAt: '2026-11-20T08:00:00Z' });
    const late = log.when({ ...received(4), effectiveAt: '2026-11-19T08:00:00Z' });
    expect(late.state).toMatchObject({ unitPrice: { amount: '4', currency: 'EUR' } });
  });
});

test('no client can say that a currency was assumed', () => {
  const sent = { ...received('$4'), assumedCurrency: ['unitPrice'] };
  const result = parseEvents(registry, sent, { productId: 'anvil', newId: () => 'id' });
  expect(result).toMatchObject({ errors: [{ path: 'assumedCurrency' }] });
});

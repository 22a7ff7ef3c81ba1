import { createProductLog, type AppendResult } from '@hindsight/workflow';
import { createDynamoDbStore } from '@hindsight/event-log';
import { at, command, corrected, received } from '../support/commands';
import { refusalOf, verifyProduct } from '../support/log';
import { ownLog } from '../support/own-log';

/** An amount without a currency has the product's, which only the log knows. */
describe('an amount without a currency', () => {
  const own = ownLog();
  const { append } = own;
  const price = ({ state }: AppendResult) => state?.unitPrice;
  const adjusted = (unitPrice: unknown, more: object = {}) => ({
    eventType: 'productAdjusted',
    unitPrice,
    ...more,
  });

  it('has that of the product, and is recorded with it', async () => {
    await append(received(1, { unitPrice: '4.50 EUR' }));
    const result = await append(adjusted(5));
    expect(price(result)).toEqual({ amount: '5', currency: 'EUR' });
    expect(result.events[0]).toMatchObject({
      unitPrice: { amount: '5', currency: 'EUR' },
      assumedCurrency: ['unitPrice'],
    });
    expect(result.notices).toBeUndefined();
  });

  it('is the same event when it is sent again, whatever the currency of the product became', async () => {
    const event = received(1, { eventId: 'r', unitPrice: 4, effectiveAt: at(1) });
    const first = await append(event);
    expect(price(first)).toEqual({ amount: '4', currency: 'USD' });
    await append(adjusted('€5', { effectiveAt: at(2) }));
    const again = await append(event);
    expect(again).toMatchObject({ deduplicated: true, version: 1 });
    expect(again.events).toEqual(first.events);
    // Another event: it names what the log only assumed.
    const named = received(1, { eventId: 'r', unitPrice: '$4', effectiveAt: at(1) });
    expect(await refusalOf(append(named))).toMatchObject({ error: 'EventIdReused' });
    expect(await verifyProduct(own.table, own.product)).not.toHaveProperty('difference');
  });

  it('keeps its meaning when the past changes', async () => {
    await append(received(1, { eventId: 'r', unitPrice: '€4', effectiveAt: at(1) }));
    await append(adjusted(5, { effectiveAt: at(2) }));
    await append(corrected('r', received(1, { unitPrice: '$4' })));
    expect(await own.log.stateAt(own.product)).toMatchObject({
      state: { unitPrice: { amount: '5', currency: 'EUR' } },
    });
  });

  it('of a replacement, and of a late event, has that of the latest state', async () => {
    await append(received(1, { eventId: 'r', unitPrice: '€4', effectiveAt: at(5) }));
    expect(price(await append(corrected('r', received(1, { unitPrice: 3 }))))).toEqual({
      amount: '3',
      currency: 'EUR',
    });
    expect(price(await append(received(1, { unitPrice: 2, effectiveAt: at(1) })))).toEqual({
      amount: '2',
      currency: 'EUR',
    });
    expect(await verifyProduct(own.table, own.product)).not.toHaveProperty('difference');
  });

  it('has that of the deployment, if the product has no price', async () => {
    const { client, tableName } = own.table;
    const store = createDynamoDbStore(client, tableName);
    const log = createProductLog({ store, defaultCurrency: 'CHF' });
    const result = await log.append(command(own.product, received(1, { unitPrice: '7' })));
    expect(price(result)).toEqual({ amount: '7', currency: 'CHF' });
  });
});

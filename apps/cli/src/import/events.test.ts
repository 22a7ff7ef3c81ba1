import { eventOf, openingOf } from './events';
import { linesOf } from '../testing/lines';

const [line] = linesOf({
  invoiceNo: '536365',
  quantity: 6,
  description: 'WHITE HANGING HEART T-LIGHT HOLDER',
  country: 'France',
});
const sold = { ...line!, occurrence: 1 };

describe('eventOf', () => {
  test('a sale is shipped', () => {
    expect(eventOf(sold)).toEqual({
      eventId: '536365/1',
      eventType: 'productShipped',
      effectiveAt: '2010-12-01T08:26:00.000Z',
      quantity: '6',
      unitPrice: { amount: '2.55', currency: 'GBP' },
      correlationId: '536365',
      metadata: { description: 'WHITE HANGING HEART T-LIGHT HOLDER', country: 'France' },
    });
  });

  test.each([
    ['C536379', 'cancellation'],
    ['536589', 'return or write-off'],
  ])('a negative quantity on %s is received: %s', (invoiceNo, reason) => {
    const event = eventOf({ ...sold, invoiceNo, quantity: -80_995_000_000n });
    expect(event).toMatchObject({ eventType: 'productReceived', quantity: '80995', reason });
  });

  test.each([
    ['-11062.06', undefined],
    ['', undefined],
    ['0', { amount: '0', currency: 'GBP' }],
    ['0.001', { amount: '0.001', currency: 'GBP' }],
  ])('the price %p', (unitPrice, expected) => {
    expect(eventOf({ ...sold, unitPrice }).unitPrice).toEqual(expected);
  });

  test('empty texts stay out', () => {
    expect(eventOf({ ...sold, description: '', country: '' }).metadata).toEqual({});
  });

  test('lines of one product on one invoice have ids of their own', () => {
    expect(eventOf({ ...sold, occurrence: 2 }).eventId).toBe('536365/2');
  });
});

describe('openingOf', () => {
  test('receives what the stock would go below zero by, at the first price above zero, a minute earlier', () => {
    const lines = linesOf(
      { quantity: 4, unitPrice: '0' },
      { quantity: -3, unitPrice: '-1' },
      { quantity: 6, unitPrice: '2.55' },
      { quantity: -10, unitPrice: '3' },
      { quantity: 2 },
    );
    expect(openingOf(lines)).toEqual({
      eventId: 'opening',
      eventType: 'productReceived',
      effectiveAt: '2010-12-01T08:25:00.000Z',
      quantity: '7',
      unitPrice: { amount: '2.55', currency: 'GBP' },
      reason: 'opening stock: the file has sales and no purchases',
    });
  });

  test('creates a product that needs no opening stock by its price, or by a count if no line has a price', () => {
    const returned = linesOf({ quantity: -5 }, { quantity: 5 });
    expect(openingOf(returned)).toMatchObject({
      eventType: 'productAdjusted',
      quantity: '0',
      unitPrice: { amount: '2.55' },
    });
    const unpriced = returned.map((each) => ({ ...each, unitPrice: '0.00' }));
    expect(openingOf(unpriced)).toMatchObject({ eventType: 'stockCounted', quantity: '0' });
    expect(openingOf(unpriced)).not.toHaveProperty('unitPrice');
  });

  test('needs a line', () => {
    expect(() => openingOf([])).toThrow(RangeError);
  });
});

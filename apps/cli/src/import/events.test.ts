import { eventsOf, type Kind, type PlacedLine } from '@hindsight/import';
import { linesOf, type PartialLine } from '../testing/lines';

type Parts = PartialLine;

const placed = (parts: Parts, occurrence = 1): PlacedLine => ({ ...linesOf(parts)[0]!, occurrence });
const eventsFrom = (kind: Kind, parts: Parts) => eventsOf(kind, placed({ document: '', ...parts }));
const effectiveAt = '2010-12-01T08:26:00.000Z';

describe('a sale', () => {
  const sale = { document: '536365', quantity: '6', unitPrice: '2.55', currency: 'GBP' };

  test('is shipped, with what the file says of it', () => {
    expect(eventsFrom('sales', { ...sale, name: 'T-LIGHT HOLDER', country: 'France' })).toEqual([
      {
        eventId: 'sales/536365/2010-12-01T08:26/6',
        eventType: 'productShipped',
        effectiveAt,
        quantity: '6',
        unitPrice: { amount: '2.55', currency: 'GBP' },
        correlationId: '536365',
        metadata: { description: 'T-LIGHT HOLDER', country: 'France' },
      },
    ]);
  });

  test.each([
    ['C536379', 'cancellation'],
    ['536589', 'return or write-off'],
  ])('that came back on %s is received: %s', (document, reason) => {
    expect(eventsFrom('sales', { ...sale, document, quantity: '-80995' })).toMatchObject([
      { eventType: 'productReceived', quantity: '80995', reason },
    ]);
  });

  test.each([
    ['-11062.06', 'GBP', undefined],
    ['', '', undefined],
    ['0', 'GBP', { amount: '0', currency: 'GBP' }],
    ['0.001', '', '0.001'],
  ])('at the price %p %s', (unitPrice, currency, expected) => {
    expect(eventsFrom('sales', { ...sale, unitPrice, currency })[0]!['unitPrice']).toEqual(expected);
  });

  test('of nothing changes nothing', () => {
    expect(eventsFrom('sales', { ...sale, quantity: '0' })).toEqual([]);
  });
});

test('a receipt says what the product is; what goes back is shipped', () => {
  const receipt = {
    quantity: '12.5',
    unitPrice: '4',
    name: 'Lamp',
    unit: 'pc',
    color: 'red',
    reorderPoint: '5',
  };
  expect(eventsFrom('receipts', receipt)).toEqual([
    {
      eventId: 'receipts/2010-12-01T08:26/12.5',
      eventType: 'productReceived',
      effectiveAt,
      quantity: '12.5',
      unitPrice: '4',
      ...{ name: 'Lamp', unit: 'pc', color: 'red', reorderPoint: '5' },
    },
  ]);
  expect(eventsFrom('receipts', { ...receipt, quantity: '-2' })).toMatchObject([
    { eventType: 'productShipped', quantity: '2' },
  ]);
});

test('a movement goes by its sign, unless it is an adjustment or a count', () => {
  const types = (parts: Parts) =>
    eventsFrom('movements', parts).map(({ eventType, quantity }) => [eventType, quantity]);
  expect(types({ quantity: '3' })).toEqual([['productReceived', '3']]);
  expect(types({ quantity: '-3' })).toEqual([['productShipped', '3']]);
  expect(types({ quantity: '-3', eventType: 'quantityAdjusted', reason: 'broken' })).toEqual([
    ['quantityAdjusted', '-3'],
  ]);
  expect(types({ quantity: '0', eventType: 'stockCounted' })).toEqual([['stockCounted', '0']]);
  expect(types({ quantity: '0' })).toEqual([]);
});

test('a count with attributes sets them as well; a list of products has no count', () => {
  const counted = eventsFrom('counts', { quantity: '7', name: 'Lamp', unitPrice: '4' });
  expect(counted).toMatchObject([
    { eventType: 'productAdjusted', name: 'Lamp', unitPrice: '4' },
    { eventType: 'stockCounted', quantity: '7', effectiveAt },
  ]);
  expect(eventsFrom('counts', { quantity: '0' })).toMatchObject([
    { eventType: 'stockCounted', quantity: '0' },
  ]);
  expect(eventsFrom('counts', { quantity: '', name: 'Lamp' })).toMatchObject([
    { eventType: 'productAdjusted' },
  ]);
});

describe('ids', () => {
  const idOf = (parts: Parts, occurrence = 1) => eventsOf('sales', placed(parts, occurrence))[0]!.eventId;
  const line = { document: '1', quantity: '2', unitPrice: '3', name: 'a' };

  test('say document, time and quantity, and the count among equal lines', () => {
    expect(idOf(line, 2)).toBe('sales/1/2010-12-01T08:26/2/2');
    expect(idOf({ ...line, writtenAt: '2010-12-01T00:00:00.000Z' })).toBe('sales/1/2010-12-01/2');
  });

  test('stay if the price, the name or the time zone is another one', () => {
    const other = { ...line, unitPrice: '4', name: 'b', effectiveAt: '2010-12-01T07:26:00.000Z' };
    expect(idOf({ ...other, writtenAt: effectiveAt })).toBe(idOf(line));
    expect(idOf({ ...line, quantity: '3' })).not.toBe(idOf(line));
    expect(idOf({ ...line, document: '2' })).not.toBe(idOf(line));
  });

  test('are those of the file, if it has any', () => {
    expect(idOf({ ...line, eventId: 'x-1' })).toBe('x-1');
  });

  test('have at most 128 characters', () => {
    const long = 'd'.repeat(120);
    expect(idOf({ document: long }, 2)).toMatch(/^sales\/[\w-]{22}\/2$/);
    expect(idOf({ document: long })).not.toBe(idOf({ document: `${long}e` }));
  });
});

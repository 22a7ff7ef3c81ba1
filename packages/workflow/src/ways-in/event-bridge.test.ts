import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { read, received } from '../testing/read';

const seeds = join(__dirname, '..', '..', '..', '..', 'test', 'data', 'seed');
const seed = (name: string): unknown => JSON.parse(readFileSync(join(seeds, `${name}.json`), 'utf8'));

describe('an EventBridge envelope', () => {
  const envelope = (more: object = {}) => ({ id: 'delivery', detail: { ProductEvent: received }, ...more });

  test.each([
    ['product-received', 'productReceived', '150', '4'],
    ['product-shipped', 'productShipped', '50', '4'],
    ['product-adjusted', 'productAdjusted', '150', '5'],
  ])('of the sample, %s.json, is read', (name, eventType, quantity, amount) => {
    const [event] = read(seed(name), { productId: '100' });
    expect(event).toEqual({
      eventId: '100',
      eventType,
      eventCategory: 'inventory',
      productId: '100',
      schemaVersion: 1,
      quantity,
      unitPrice: { amount, currency: 'USD' },
      color: 'blk',
      size: '4.3 lbs',
    });
  });

  test('names the event by its id, alone and in an array', () => {
    expect(read(envelope())).toMatchObject([{ eventId: 'delivery' }]);
    expect(read([envelope({ id: 'a' }), envelope({ id: 'b' })])).toMatchObject([
      { eventId: 'a' },
      { eventId: 'b' },
    ]);
  });

  test('leaves an event its own id, and is stronger than the key of the request', () => {
    const own = envelope({ detail: { ProductEvent: { ...received, eventId: 'own' } } });
    expect(read([own, envelope()], { idempotencyKey: 'key' })).toMatchObject([
      { eventId: 'own' },
      { eventId: 'delivery' },
    ]);
  });

  test.each([[undefined], [null]])('without an id (%p) leaves the name to the key, or a new one', (id) => {
    expect(read(envelope({ id }))).toMatchObject([{ eventId: 'new-1' }]);
    expect(read(envelope({ id }), { idempotencyKey: 'key' })).toMatchObject([{ eventId: 'key' }]);
  });

  test.each<[object, string, string]>([
    [{ id: 5 }, 'id', 'must be a string'],
    [{ id: 'x'.repeat(129) }, 'id', 'must have 1 to 128 characters'],
    [{ id: '' }, 'id', 'must have 1 to 128 characters'],
    [{ detail: 'x' }, 'detail', 'must be an object with a ProductEvent'],
    [{ detail: null }, 'detail', 'must be an object with a ProductEvent'],
    [{ detail: {} }, 'detail.ProductEvent', 'must be an event, an object'],
    [{ detail: { ProductEvent: [received] } }, 'detail.ProductEvent', 'must be an event, an object'],
    [
      { detail: { ProductEvent: { ...received, quantity: '0' } } },
      'detail.ProductEvent.quantity',
      'must be greater than 0',
    ],
  ])('with %j is refused at %s', (more, path, message) => {
    expect(read(envelope(more))).toEqual([{ path, message }]);
    expect(read([received, envelope(more)])).toEqual([{ path: `[1].${path}`, message }]);
  });

  test('is not what an event with a field detail is', () => {
    expect(read({ ...received, detail: 'x' })).toEqual([
      { path: 'detail', message: 'is not a field of productReceived' },
    ]);
  });
});

test('numbers that JSON may have rounded on the way are refused', () => {
  const envelope = (quantity: string) =>
    JSON.parse(
      `{"detail":{"ProductEvent":{"eventType":"productReceived","quantity":${quantity}}}}`,
    ) as object;
  expect(read(envelope('123456789012.123'))).toMatchObject([{ quantity: '123456789012.123' }]);
  for (const quantity of ['123456789012.123456', '0.30000000000000004'])
    expect(read(envelope(quantity))).toEqual([
      { path: 'detail.ProductEvent.quantity', message: expect.stringMatching(/as text|6 decimal places/) },
    ]);
});

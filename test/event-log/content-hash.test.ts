import { registry, type ProductEvent } from '@hindsight/domain';
import { contentHash as hashOf } from '@hindsight/event-log';

const contentHash = (event: ProductEvent) => hashOf(registry, event);

const event = {
  eventId: 'a',
  productId: 'anvil',
  eventCategory: 'inventory',
  eventType: 'productReceived',
  schemaVersion: 1,
  quantity: '5',
} as unknown as ProductEvent;

test('what names an event is not in its hash, and all else is, in any order', () => {
  const hash = contentHash(event);
  expect(hash).toMatch(/^[\w-]{43}$/);
  expect(contentHash({ ...event, eventId: 'b', productId: 'hammer' })).toBe(hash);
  expect(contentHash(Object.fromEntries(Object.entries(event).toReversed()) as unknown as ProductEvent)).toBe(
    hash,
  );
  expect(contentHash({ ...event, quantity: '6' })).not.toBe(hash);
  expect(contentHash({ ...event, reason: 'why' })).not.toBe(hash);
});

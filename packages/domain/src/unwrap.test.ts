import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEvents } from './parse';
import { registry } from './registry.generated';
import { received } from './testing/sent';

const seeds = join(__dirname, '..', '..', '..', 'test', 'data', 'seed');
const seed = (name: string): unknown => JSON.parse(readFileSync(join(seeds, `${name}.json`), 'utf8'));

const parse = (body: unknown, productId?: string) =>
  parseEvents(registry, body, { newId: () => 'new', ...(productId !== undefined && { productId }) });

const eventsOf = (body: unknown, productId?: string) => {
  const parsed = parse(body, productId);
  return parsed.ok ? parsed.events : parsed.errors;
};

describe('envelopes', () => {
  test.each([
    ['product-received', 'productReceived', '150', '4'],
    ['product-shipped', 'productShipped', '50', '4'],
    ['product-adjusted', 'productAdjusted', '150', '5'],
  ])('the sample’s %s.json is read', (name, eventType, quantity, amount) => {
    expect(parse(seed(name))).toEqual({
      ok: true,
      productId: '100',
      events: [
        {
          eventId: '100',
          eventType,
          eventCategory: 'inventory',
          productId: '100',
          schemaVersion: 1,
          quantity,
          unitPrice: { amount, currency: 'USD' },
          color: 'blk',
          size: '4.3 lbs',
        },
      ],
    });
  });

  const cloudEvent = {
    specversion: '1.0',
    id: 'c1',
    source: '/dock/3',
    type: 'com.example.productReceived',
    subject: 'anvil',
    time: '2026-11-23T10:30:00+01:00',
    datacontenttype: 'application/json',
    data: { quantity: 5, reason: 'late' },
  };

  test('a CloudEvent gives id, type, subject and time', () => {
    expect(eventsOf(cloudEvent)).toEqual([
      {
        eventId: 'c1',
        eventType: 'productReceived',
        eventCategory: 'inventory',
        productId: 'anvil',
        schemaVersion: 1,
        effectiveAt: '2026-11-23T09:30:00.000Z',
        quantity: '5',
        reason: 'late',
      },
    ]);
  });

  test('what the data of a CloudEvent says itself wins', () => {
    const data = { quantity: 5, eventId: 'own', effectiveAt: '2026-01-01T00:00:00Z' };
    expect(eventsOf({ ...cloudEvent, data })).toMatchObject([
      { eventId: 'own', effectiveAt: '2026-01-01T00:00:00.000Z' },
    ]);
  });

  test('a CloudEvent needs neither subject nor time', () => {
    const { subject, time, ...rest } = cloudEvent;
    const [event] = eventsOf(rest, 'anvil');
    expect(event).toMatchObject({ productId: 'anvil' });
    expect(event).not.toHaveProperty('effectiveAt');
  });

  test('an array may mix them', () => {
    const envelope = { detail: { ProductEvent: received('1', { eventId: 'b' }) } };
    const events = eventsOf([received('1', { eventId: 'a' }), envelope, cloudEvent], 'anvil');
    expect(events).toMatchObject([{ eventId: 'a' }, { eventId: 'b' }, { eventId: 'c1' }]);
  });
});

import { createClient, type Schemas } from './index';

/** The compiler checks these calls; that they are sent as they are written is checked here. */
test('the first five calls of the README compile as they are written', async () => {
  const sent: unknown[] = [];
  const client = createClient({
    baseUrl: 'http://service',
    token: 'secret',
    fetch: async (request) => {
      const { method, url, headers } = request;
      sent.push([method, url, headers.get('authorization'), method === 'POST' ? await request.json() : null]);
      return Response.json({ state: { quantity: '100' } });
    },
  });
  const params = { path: { productId: 'lamp' } };
  const events = [
    {
      eventId: 'r1',
      eventType: 'productReceived',
      quantity: '150',
      unitPrice: '$4',
      effectiveAt: '2026-11-16T08:00:00Z',
    },
    { eventId: 's1', eventType: 'productShipped', quantity: 50, effectiveAt: '2026-11-18T15:00:00Z' },
    { eventId: 'p1', eventType: 'productAdjusted', unitPrice: '$5', effectiveAt: '2026-11-20T09:00:00Z' },
  ] satisfies Schemas['Event'][];
  for (const body of events) await client.POST('/products/{productId}/events', { params, body });
  await client.GET('/products/{productId}/state', { params });
  const { data } = await client.GET('/products/{productId}/state', {
    params: { ...params, query: { asOf: '2026-11-17T12:00:00Z' } },
  });
  const quantity: string | undefined = data?.state.quantity;
  expect(quantity).toBe('100');
  expect(sent).toEqual([
    ...events.map((event) => ['POST', 'http://service/products/lamp/events', 'Bearer secret', event]),
    ['GET', 'http://service/products/lamp/state', 'Bearer secret', null],
    ['GET', 'http://service/products/lamp/state?asOf=2026-11-17T12%3A00%3A00Z', 'Bearer secret', null],
  ]);
});

test('optional fields are optional, also those that have a default; booleans are booleans', async () => {
  const client = createClient({ baseUrl: 'http://service', fetch: () => Promise.resolve(Response.json({})) });
  const path = { productId: 'lamp' };
  const body = { eventType: 'productShipped', quantity: 5 } as const;
  const address = '/products/{productId}/events';
  await client.POST(address, { params: { path, query: { dryRun: true } }, body });
  await client.POST(address, {
    params: { path },
    body: { ...body, schemaVersion: 1, eventCategory: 'inventory' },
  });
  // @ts-expect-error: a shipment has a quantity
  await client.POST(address, { params: { path }, body: { eventType: 'productShipped' } });
  // @ts-expect-error: no event type
  await client.POST(address, { params: { path }, body: { ...body, eventType: 'productReturned' } });
  // @ts-expect-error: a boolean
  await client.POST(address, { params: { path, query: { dryRun: 'true' } }, body });
});

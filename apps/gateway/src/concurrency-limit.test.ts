import type { Server } from 'node:http';
import request from 'supertest';
import { fakeAppender, fakeLog, gatewayWith, succeeded } from './testing/fakes';

const EVENT = { eventType: 'productReceived', quantity: '150' };

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

test('a request beyond the concurrency limit is refused at once, with Retry-After', async () => {
  const ends: (() => void)[] = [];
  const appender = fakeAppender(async () => {
    await new Promise<void>((resolve) => ends.push(resolve));
    return succeeded();
  });
  const server = gatewayWith({ appender, settings: { requestsAtOnce: 2 } }).app.listen(0);
  servers.push(server);
  const post = (id: string) => request(server).post(`/products/${id}/events`).send(EVENT);
  const taken = [post('a'), post('b')].map((sent) => sent.then(({ status }) => status));
  while (ends.length < 2) await new Promise((resolve) => setImmediate(resolve));

  const refused = await post('c');
  expect(refused.status).toBe(503);
  expect(refused.headers['retry-after']).toBe('1');
  expect(refused.body).toMatchObject({ type: '/problems/overloaded' });
  expect((await request(server).get('/healthz')).status).toBe(200);

  for (const end of ends.splice(0)) end();
  expect(await Promise.all(taken)).toEqual([201, 201]);
  const again = post('c').then(({ status }) => status);
  while (ends.length < 1) await new Promise((resolve) => setImmediate(resolve));
  ends[0]?.();
  expect(await again).toBe(201);
});

test('the bodies of concurrent requests have a limit', async () => {
  const ends: (() => void)[] = [];
  const appender = fakeAppender(async () => {
    await new Promise<void>((resolve) => ends.push(resolve));
    return succeeded();
  });
  const server = gatewayWith({ appender, settings: { bodiesAtOnce: 1_000 } }).app.listen(0);
  servers.push(server);
  const post = (id: string, length: number) =>
    request(server)
      .post(`/products/${id}/events`)
      .send({ ...EVENT, reason: 'x'.repeat(length) });
  const first = post('a', 700).then(({ status }) => status);
  while (ends.length < 1) await new Promise((resolve) => setImmediate(resolve));
  expect((await post('b', 700)).body).toMatchObject({ type: '/problems/overloaded' });
  const small = post('c', 10).then(({ status }) => status);
  while (ends.length < 2) await new Promise((resolve) => setImmediate(resolve));
  for (const end of ends) end();
  expect([await first, await small]).toEqual([201, 201]);
});

test('pages are queued, and a single state is not', async () => {
  const ends: (() => void)[] = [];
  const log = fakeLog({
    readRecorded: async () => {
      await new Promise<void>((resolve) => ends.push(resolve));
      return { events: [] };
    },
  });
  const server = gatewayWith({
    log,
    settings: { pagesAtOnce: 2, pagesWaiting: 2, requestsAtOnce: 2 },
  }).app.listen(0);
  servers.push(server);
  const list = (id: string) => request(server).get(`/products/${id}/events`);
  const running = list('a').then(({ status }) => status);
  while (ends.length < 1) await new Promise((resolve) => setImmediate(resolve));
  // All of these belong to one client, whose share is one page.
  const others = await Promise.race(['b', 'c', 'd'].map((id) => list(id)));
  expect([others.status, others.body.type]).toEqual([503, '/problems/overloaded']);
  expect((await request(server).get('/products/a/state')).status).toBe(200);
  expect(ends).toHaveLength(1);
  ends[0]?.();
  expect(await running).toBe(200);
});

test('a live tail, which has a limit of its own, is not counted', async () => {
  const { app } = gatewayWith({ settings: { requestsAtOnce: 0 } });
  expect((await request(app).get('/products/a/state')).status).toBe(503);
  expect((await request(app).get('/products/a/events/stream?after=x')).status).toBe(400);
});

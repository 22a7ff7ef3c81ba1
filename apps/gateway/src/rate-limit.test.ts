import type { IncomingMessage } from 'node:http';
import request from 'supertest';
import type { Dependencies } from './app';
import type { Principal } from './auth/principal';
import { limiting, proxiesOf, rateOf } from './rate-limit';
import { gatewayWith } from './testing/fakes';

const ONE_MINUTE = 60_000;
/** Callers are identified by the name they send. */
const saying = ({ headers: { authorization = 'anonymous' } }: IncomingMessage): Principal => ({
  subject: authorization,
  scopes: new Set(['state:read']),
});
const authenticate = Object.assign((request: IncomingMessage) => Promise.resolve(saying(request)), {
  known: saying,
});
const gateway = (more: Partial<Dependencies> = {}) =>
  gatewayWith({ guards: [limiting({ requests: 2, window: ONE_MINUTE })], ...more }).app;
const read = (app: ReturnType<typeof gateway>, headers: Record<string, string> = {}) =>
  request(app).get('/products/100/state').set(headers);

test('a client learns its remaining requests, and is refused beyond the limit', async () => {
  const app = gateway();
  const first = await read(app);
  expect(first.headers['ratelimit-policy']).toMatch(/^"requests"; q=2; w=60; pk=/);
  expect(first.headers['ratelimit']).toMatch(/^"requests"; r=1; t=/);
  await read(app).expect(200);
  const { body, headers } = await read(app).expect(429);
  expect(body).toMatchObject({ type: '/problems/too-many-requests', status: 429 });
  expect(Number(headers['retry-after'])).toBeGreaterThan(0);
  expect(Number(headers['retry-after'])).toBeLessThanOrEqual(60);
});

test('the probes of a load balancer are not counted', async () => {
  const app = gateway();
  for (let i = 0; i < 5; i += 1) {
    await request(app).get('/healthz').expect(200);
    await request(app).get('/readyz').expect(200);
  }
  await read(app).expect(200);
});

test('callers are counted by name, each separately', async () => {
  const app = gateway({ authenticate });
  for (let i = 0; i < 2; i += 1) await read(app, { Authorization: 'shop' }).expect(200);
  await read(app, { Authorization: 'shop' }).expect(429);
  await read(app, { Authorization: 'warehouse' }).expect(200);
});

test('guesses at tokens are counted by address', async () => {
  const app = gateway({ authenticate: () => Promise.reject(new Error('unknown')) });
  for (let i = 0; i < 2; i += 1) await read(app, { Authorization: `guess ${i}` }).expect(500);
  await read(app, { Authorization: 'guess 3' }).expect(429);
});

test('a request above the rate is refused before authentication', async () => {
  let asked = 0;
  const app = gateway({
    authenticate: () => {
      asked += 1;
      return Promise.reject(new Error('unknown'));
    },
  });
  for (let i = 0; i < 5; i += 1) await read(app, { Authorization: `guess ${i}` });
  expect(asked).toBe(2);
});

test('open routes never wait for authentication', async () => {
  const app = gateway({ authenticate: () => new Promise(() => undefined) });
  for (const path of ['/healthz', '/readyz', '/openapi.json', '/docs', '/problems/unauthenticated'])
    await request(app).get(path).set('Authorization', 'Bearer slow').expect(200);
  await request(app).get('/nowhere').set('Authorization', 'Bearer slow').expect(404);
  await request(app).options('/products/100/state').set('Authorization', 'Bearer slow').expect(204);
});

test.each([
  ['with a port', ['10.0.0.1:4711', '10.0.0.1:4712', '10.0.0.1', '"10.0.0.1:1"']],
  ['of IPv6 with a port', ['[2001:db8::1]:4711', '"[2001:db8::1]:4712"', '2001:db8::1', '[2001:db8::1]']],
  ['behind another proxy that is trusted', ['10.0.0.1, 127.0.0.1:80', '10.0.0.1:5, 127.0.0.1', '10.0.0.1']],
  ['that is none', ['unknown', 'unknown:4711', '_hidden', 'x']],
  ['behind what the client itself claims', ['1.1.1.1, 10.0.0.1:1', '2.2.2.2, 10.0.0.1:2', 'x, 10.0.0.1']],
])('an address %s is one client', async (_, addresses) => {
  const app = gateway({ trustedProxies: ['127.0.0.1', '::1', '::ffff:127.0.0.1'] });
  const statuses: number[] = [];
  for (const address of addresses) statuses.push((await read(app, { 'X-Forwarded-For': address })).status);
  expect(statuses).toEqual(addresses.map((_one, index) => (index < 2 ? 200 : 429)));
});

test("a request's claim about its address is trusted only from a proxy", async () => {
  const from = (address: string) => ({ 'X-Forwarded-For': address });
  const alone = gateway();
  for (const [i, status] of [200, 200, 429].entries()) await read(alone, from(`10.0.0.${i}`)).expect(status);
  const behind = gateway({ trustedProxies: ['127.0.0.1', '::1', '::ffff:127.0.0.1'] });
  for (let i = 0; i < 4; i += 1) await read(behind, from(`10.0.0.${i}`)).expect(200);
});

test.each([
  [undefined, '127.0.0.1', undefined],
  [undefined, '0.0.0.0', { requests: 6_000, window: ONE_MINUTE }],
  ['none', '0.0.0.0', undefined],
  ['100/s', '127.0.0.1', { requests: 100, window: 1_000 }],
  ['5/h', '127.0.0.1', { requests: 5, window: 3_600_000 }],
])('RATE_LIMIT=%s on %s is %j', (text, host, rate) => {
  expect(rateOf({ RATE_LIMIT: text }, host)).toEqual(rate);
});

test.each(['100', '0/s', '-1/s', '1/day', 'much'])('RATE_LIMIT=%s is refused', (text) => {
  expect(() => rateOf({ RATE_LIMIT: text }, '127.0.0.1')).toThrow(/^the environment variable RATE_LIMIT is /);
});

test('TRUSTED_PROXIES is addresses and networks', () => {
  expect(proxiesOf({ TRUSTED_PROXIES: '10.0.0.0/8, ::1,192.168.0.1' })).toEqual([
    '10.0.0.0/8',
    '::1',
    '192.168.0.1',
  ]);
  expect(proxiesOf({})).toEqual([]);
  for (const wrong of ['all', '10.0.0.0/33', '10.0.0', '10.0.0.0/8/8'])
    expect(() => proxiesOf({ TRUSTED_PROXIES: wrong })).toThrow(/TRUSTED_PROXIES/);
});

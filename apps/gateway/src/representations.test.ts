import request from 'supertest';
import type { Dependencies } from './app';
import { corsOriginsOf } from './cross-origin';
import { documentation } from './testing/documented';
import { fakeLog, gatewayWith, recorded } from './testing/fakes';

const { watch, undocumented } = documentation();
const client = (dependencies: Partial<Dependencies> = {}) =>
  watch(request.agent(gatewayWith(dependencies).app));

afterEach(() => expect(undocumented()).toEqual([]));

const LISTS = ['/products/100/events', '/products/100/timeline', '/openapi.json', '/docs'];

describe('a list or a page', () => {
  test.each(LISTS)('%s is 304 for clients that have it, and 200 once it has changed', async (path) => {
    const { headers } = await client().get(path).expect(200);
    const tag = headers['etag'] as string;
    expect(tag).toMatch(/^W\/"[\w-]{22}"$/);
    for (const given of [tag, `"x", ${tag}`, tag.replace('W/', ''), '*']) {
      const again = await client().get(path).set('If-None-Match', given).expect(304);
      expect(again.headers['etag']).toBe(tag);
    }
    await client().get(path).set('If-None-Match', 'W/"AAAAAAAAAAAAAAAAAAAAAA"').expect(200);
  });

  test('has another tag when it has other events', async () => {
    const grown = fakeLog({ readRecorded: () => Promise.resolve({ events: [recorded, recorded] }) });
    const tags = [client(), client({ log: grown })].map(async (agent) => {
      const { headers } = await agent.get('/products/100/events');
      return headers['etag'];
    });
    expect(new Set(await Promise.all(tags)).size).toBe(2);
  });

  test.each([
    ['events', 'no-cache'],
    ['events?order=effective', 'no-cache'],
    ['timeline?to=2026-01-01T00:00:00Z', 'no-cache'],
    ['events?to=2026-11-23T11:59:45Z', 'no-cache'],
    ['events?to=2026-11-23T11:40:00Z', 'max-age=86400, immutable'],
    ['events?order=effective&to=2026-01-01T00:00:00Z', 'no-cache'],
    ['events?order=effective&version=3', 'max-age=86400, immutable'],
    ['timeline?knownAt=2026-11-23T11:40:00Z', 'max-age=86400, immutable'],
    ['timeline?knownAt=2026-11-23T11:59:45Z', 'no-cache'],
  ])('%s has Cache-Control %s: a settled past is immutable', async (address, cacheControl) => {
    const { headers, body } = await client().get(`/products/100/${address}`).expect(200);
    expect(headers['cache-control']).toBe(cacheControl);
    expect(body).toMatchObject({ settled: cacheControl !== 'no-cache' });
  });

  test.each([
    ['explain', false],
    ['explain?knownAt=2026-11-23T11:59:45Z', false],
    ['explain?knownAt=2026-11-23T11:40:00Z', true],
    ['explain?version=3', true],
    ['diff?from=1', false],
    ['diff?from=1&to=2026-11-23T11:59:45Z', false],
    ['diff?from=2026-11-23T11:59:45Z&to=3', false],
    ['diff?from=1&to=3', true],
    ['map', false],
    ['map?knownTo=2026-11-23T11:40:00Z', true],
  ])('%s says that it is settled: %s', async (address, settled) => {
    const { headers, body } = await client().get(`/products/100/${address}`).expect(200);
    expect(body).toMatchObject({ settled });
    // The time of the answer that was not asked for is now.
    expect(headers['cache-control']).toBe('no-cache');
    if (address.startsWith('map')) return;
    const csv = await client().get(`/products/100/${address}`).set('Accept', 'text/csv').expect(200);
    expect(csv.headers['hindsight-settled']).toBe(String(settled));
  });
});

describe('compression', () => {
  const many = fakeLog({
    readRecorded: () => Promise.resolve({ events: Array(40).fill(recorded) as never[] }),
  });

  test.each(['gzip', 'br', 'deflate'])(
    'is %s if the client accepts it, for the same content',
    async (coding) => {
      const agent = client({ log: many });
      const plain = await agent.get('/products/100/events').set('Accept-Encoding', 'identity');
      const small = await agent.get('/products/100/events').set('Accept-Encoding', coding);
      expect(plain.headers['content-encoding']).toBeUndefined();
      expect(small.headers).toMatchObject({ 'content-encoding': coding, etag: plain.headers['etag'] });
      expect(small.headers['vary']).toMatch(/Accept-Encoding/);
      expect(small.body).toEqual(plain.body);
    },
  );

  test('is not for a state: its strong tag identifies exact bytes', async () => {
    const long = Array(40).fill({
      rule: 'insufficient-stock',
      deficit: '1',
      eventId: 'e',
      version: 1,
      effectiveAt: '2026-11-20T08:00:00.000Z',
    });
    const log = fakeLog();
    const answer = (await log.stateAt('100')) as never as { state: object };
    const deep = fakeLog({
      stateAt: () => Promise.resolve({ ...answer, state: { ...answer.state, conflicts: long } } as never),
    });
    const { headers, text } = await client({ log: deep })
      .get('/products/100/state')
      .set('Accept-Encoding', 'gzip');
    expect(text.length).toBeGreaterThan(1024);
    expect(headers['content-encoding']).toBeUndefined();
  });
});

describe('pages of other origins', () => {
  const SHOP = 'https://shop.example';
  const allowing = () => client({ settings: { corsOrigins: [SHOP] } });
  const preflight = { Origin: SHOP, 'Access-Control-Request-Method': 'POST' };

  test('get nothing by default', async () => {
    const { headers } = await client().get('/products/100/state').set('Origin', SHOP).expect(200);
    expect(headers['access-control-allow-origin']).toBeUndefined();
    const asked = await client().options('/products/100/events').set(preflight).expect(204);
    expect(asked.headers['access-control-allow-origin']).toBeUndefined();
  });

  test('of a listed origin may read answers and their headers, and send events', async () => {
    const { headers } = await allowing().get('/products/100/state').set('Origin', SHOP).expect(200);
    expect(headers['access-control-allow-origin']).toBe(SHOP);
    expect(headers['access-control-expose-headers']).toMatch(/ETag.*Memento-Datetime/);
    expect(headers['access-control-allow-credentials']).toBeUndefined();
    expect(headers['vary']).toMatch(/Origin/);
    const asked = await allowing()
      .options('/products/100/events')
      .set({ ...preflight, 'Access-Control-Request-Headers': 'content-type,if-match' })
      .send();
    expect(asked.headers).toMatchObject({
      'access-control-allow-origin': SHOP,
      'access-control-allow-methods': 'GET,HEAD,POST,DELETE',
      'access-control-allow-headers': 'content-type,if-match',
    });
    undocumented();
  });

  test('see what went wrong, too', async () => {
    const { headers } = await allowing().get('/products/100/state?x=1').set('Origin', SHOP).expect(400);
    expect(headers['access-control-allow-origin']).toBe(SHOP);
  });

  test('of another origin get nothing', async () => {
    const { headers } = await allowing().get('/products/100/state').set('Origin', 'https://other.example');
    expect(headers['access-control-allow-origin']).toBeUndefined();
  });

  test('an OPTIONS request that is not a preflight still lists the methods', async () => {
    const { headers } = await allowing().options('/products/100/events').set('Origin', SHOP).expect(204);
    expect(headers['allow']).toBe('POST, GET, HEAD, OPTIONS');
  });

  test('are listed in CORS_ORIGINS, compared character by character', () => {
    expect(corsOriginsOf({})).toEqual([]);
    expect(corsOriginsOf({ CORS_ORIGINS: 'https://a.example, http://localhost:5173' })).toEqual([
      'https://a.example',
      'http://localhost:5173',
    ]);
    expect(corsOriginsOf({ CORS_ORIGINS: '*' })).toEqual(['*']);
    for (const wrong of ['https://a.example/', 'a.example', 'https://a.example/path', 'null'])
      expect(() => corsOriginsOf({ CORS_ORIGINS: wrong })).toThrow(/CORS_ORIGINS has/);
  });
});

import request from 'supertest';
import type { Moment } from '@hindsight/event-log';
import type { StateAnswer } from '@hindsight/workflow';
import type { Dependencies } from '../app';
import { documentation } from '../testing/documented';
import { fakeLog, gatewayWith, NOW, reference, state, stateAnswer } from '../testing/fakes';

const { watch, undocumented } = documentation();
const client = (dependencies: Partial<Dependencies> = {}) =>
  watch(request.agent(gatewayWith(dependencies).app));
const found = stateAnswer as Extract<StateAnswer, { found: true }>;

afterEach(() => expect(undocumented()).toEqual([]));

/** Sends a query, and returns the response and the time that was read from the log. */
async function asked(query: string): Promise<{ answer: request.Response; moments: unknown[] }> {
  const log = fakeLog();
  const answer = await client({ log }).get(`/products/100/state${query}`);
  return { answer, moments: log.calls.map(([, , moment]) => moment) };
}

describe('the moment', () => {
  test.each<[string, Moment]>([
    ['', {}],
    ['?asOf=2026-11-20T10:00:00Z', { asOf: '2026-11-20T10:00:00.000Z' }],
    ['?asOf=2026-11-20T10:00:00.1239%2B01:00', { asOf: '2026-11-20T09:00:00.123Z' }],
    ['?knownAt=2026-11-20t10:00:00z', { knownAt: '2026-11-20T10:00:00.000Z' }],
    ['?version=7&asOf=2026-11-20T10:00:00-00:30', { version: 7, asOf: '2026-11-20T10:30:00.000Z' }],
    ['?asOf=2026-10-31', { asOf: '2026-10-31T23:59:59.999Z' }],
    ['?asOf=2026-10-31&tz=Europe/Berlin', { asOf: '2026-10-31T22:59:59.999Z' }],
    ['?knownAt=2026-10-31&tz=%2B02:00', { knownAt: '2026-10-31T21:59:59.999Z' }],
    ['?asOf=2026-10-31T10:00:00Z&tz=Asia/Tokyo', { asOf: '2026-10-31T10:00:00.000Z' }],
    ['?asOf=9999-12-31&tz=-12:00', { asOf: '9999-12-31T23:59:59.999Z' }],
  ])('%s is %j', async (query, moment) => {
    const { answer, moments } = await asked(query);
    expect(answer.status).toBe(200);
    expect(moments).toEqual([moment]);
  });

  test.each([
    ['?asOf=2026-11-31', 'asOf', /RFC 3339/],
    ['?asOf=20.11.2026', 'asOf', /or a date/],
    ['?asOf=2026-11-20&tz=CEST', 'tz', /a time zone/],
    ['?asOf=2026-11-20T10:00:00', 'asOf', /offset/],
    ['?asOf=2026-11-20T10:00:00+01:00', 'asOf', /%2B/],
    ['?asOf=2026-02-30T10:00:00Z', 'asOf', /RFC 3339/],
    ['?asOf=', 'asOf', /RFC 3339/],
    ['?asOf=2026-11-20T10:00:00Z%00', 'asOf', /RFC 3339/],
    ['?asOf=now&asOf=now', 'asOf', /more than once/],
    ['?version=0', 'version', /from 1 to/],
    ['?version=1.5', 'version', /whole number/],
    ['?version=1e3', 'version', /whole number/],
    ['?version=99999999999999999999', 'version', /whole number/],
    ['?version=1&knownAt=2026-11-20T10:00:00Z', 'version', /knownAt/],
    ['?asof=2026-11-20T10:00:00Z', 'asof', /did you mean asOf/],
    ['?as_of=2026-11-20T10:00:00Z', 'as_of', /did you mean asOf/],
    ['?limit=3', 'limit', /there are asOf, tz, knownAt, version/],
    ['?asOf=%E0%A4%A', 'asOf', /percent-encoding/],
  ])('%s is 400 naming %s', async (query, path, message) => {
    const { answer, moments } = await asked(query);
    expect(answer.status).toBe(400);
    expect(answer.body.errors).toEqual([{ path, message: expect.stringMatching(message) }]);
    expect(moments).toEqual([]);
  });

  test('a date without a zone is a day in the time zone of the deployment', async () => {
    const log = fakeLog();
    const { app } = gatewayWith({ log, settings: { timeZone: 'America/New_York' } });
    await request(app).get('/products/100/state?asOf=2026-10-31').expect(200);
    await request(app).get('/products/100/state?asOf=2026-10-31&tz=UTC').expect(200);
    expect(log.calls).toEqual([
      ['stateAt', '100', { asOf: '2026-11-01T03:59:59.999Z' }],
      ['stateAt', '100', { asOf: '2026-10-31T23:59:59.999Z' }],
    ]);
  });

  test('all mistakes are reported at once', async () => {
    const { answer } = await asked('?asOf=x&version=y&z=1');
    expect(answer.body.errors.map(({ path }: { path: string }) => path).sort()).toEqual([
      'asOf',
      'version',
      'z',
    ]);
  });
});

test('the response is the log’s result, without its wrapper', async () => {
  const { answer } = await asked('');
  expect(answer.body).toEqual({
    productId: '100',
    asOf: NOW,
    knownAt: null,
    settled: false,
    version: 3,
    state,
    lastEvent: reference,
  });
});

describe('what is not there', () => {
  const get = (answer: StateAnswer) =>
    client({ log: fakeLog({ stateAt: () => Promise.resolve(answer) }) }).get('/products/100/state');

  test('a product', async () => {
    const { body } = await get({ found: false, why: 'product-not-found' }).expect(404);
    expect(body.type).toBe('/problems/product-not-found');
  });

  test('a version, with the newest one', async () => {
    const { body } = await get({ found: false, why: 'version-not-found', headVersion: 4 }).expect(404);
    expect(body).toMatchObject({ type: '/problems/version-not-found', headVersion: 4 });
  });

  test('a state before the first event, with the times at which the product begins', async () => {
    const times = {
      firstEffectiveAt: '2026-11-01T00:00:00.000Z',
      firstRecordedAt: '2026-11-02T00:00:00.000Z',
    };
    const { body, headers } = await get({ found: false, why: 'no-state-at-time', ...times }).expect(404);
    expect(body).toMatchObject({ type: '/problems/no-state-at-time', ...times });
    expect(headers['cache-control']).toBe('no-store');
    expect(headers['etag']).toBeUndefined();
  });

  test('any state, when no event counts', async () => {
    const times = { firstEffectiveAt: null, firstRecordedAt: '2026-11-02T00:00:00.000Z' };
    const { body } = await get({ found: false, why: 'no-state-at-time', ...times }).expect(404);
    expect(body.detail).toMatch(/none of its events counts/);
  });
});

describe('the entity tag', () => {
  const future = { ...reference, eventId: 'e2', version: 2, effectiveAt: '2026-11-22T00:00:00.000Z' };
  const tagOf = async (answer: Partial<typeof found> = {}, ifNoneMatch?: string) => {
    const log = fakeLog({ stateAt: () => Promise.resolve({ ...found, ...answer }) });
    const get = client({ log }).get('/products/100/state');
    const { status, headers, text } = await (ifNoneMatch === undefined
      ? get
      : get.set('If-None-Match', ifNoneMatch));
    return { status, tag: headers['etag'], text };
  };

  test('is the version, as an append answers it', async () => {
    expect(await tagOf()).toMatchObject({ status: 200, tag: '"3"' });
  });

  test('changes when a future-dated event becomes effective without a new version', async () => {
    expect(await tagOf({ lastEvent: future })).toMatchObject({ status: 200, tag: '"3.2"' });
    expect(await tagOf({ lastEvent: future }, '"3"')).toMatchObject({ status: 200 });
  });

  test.each(['"3"', 'W/"3"', '"2", "3"', '*'])(
    'If-None-Match: %s is 304, without a body',
    async (ifNoneMatch) => {
      expect(await tagOf({}, ifNoneMatch)).toEqual({ status: 304, tag: '"3"', text: '' });
    },
  );

  test('is 304 for clients that send no-cache with their tag, like fetch', async () => {
    const headers = { 'If-None-Match': '"3"', 'Cache-Control': 'no-cache' };
    await client().get('/products/100/state').set(headers).expect(304);
  });

  test.each(['"2"', '"3.2"', '3', ''])('If-None-Match: %s is 200', async (ifNoneMatch) => {
    expect(await tagOf({}, ifNoneMatch)).toMatchObject({ status: 200 });
  });
});

describe('caching', () => {
  const cacheControl = async (query: string): Promise<string> =>
    (await asked(query)).answer.headers['cache-control'] as string;

  test.each([
    '?asOf=2026-11-20T10:00:00Z&knownAt=2026-11-20T10:00:00Z',
    '?asOf=2026-11-20T10:00:00Z&version=2',
    '?asOf=2027-11-20T10:00:00Z&version=2',
  ])('%s is settled: no future event can change it', async (query) => {
    expect(await cacheControl(query)).toMatch(/immutable/);
  });

  test.each([
    '',
    '?asOf=2026-11-20T10:00:00Z',
    '?knownAt=2026-11-20T10:00:00Z',
    '?version=2',
    '?asOf=2026-11-20T10:00:00Z&knownAt=2026-11-23T11:59:59Z',
    '?asOf=2026-11-20T10:00:00Z&knownAt=2027-01-01T00:00:00Z',
  ])('%s may change: it is revalidated before every use', async (query) => {
    expect(await cacheControl(query)).toBe('no-cache');
  });
});

describe('a log that does not respond', () => {
  const failing = (error: Error) =>
    client({ log: fakeLog({ stateAt: () => Promise.reject(error) }) }).get('/products/100/state');

  test.each([
    Object.assign(new Error('Requested resource not found: Table: hindsight'), {
      name: 'ResourceNotFoundException',
      $metadata: {},
    }),
    Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:8000'), { code: 'ECONNREFUSED' }),
    Object.assign(new Error('slow'), { name: 'TimeoutError' }),
  ])('%s is 503', async (error) => {
    const { body, headers, text } = await failing(error).expect(503);
    expect(body.type).toBe('/problems/unavailable');
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    expect(text).not.toMatch(/hindsight|ECONN|8000/);
  });

  test('of a product that newer code wrote is 503, and says so', async () => {
    const message = 'the log has an event of type productReserved, which this code is too old to read';
    const error = Object.assign(new Error(message), { name: 'CodeTooOld' });
    const { body } = await failing(error).expect(503);
    expect(body).toMatchObject({ type: '/problems/code-too-old', detail: message });
  });

  test('an internal error is 500, and reveals nothing about itself', async () => {
    const { body, text } = await failing(new TypeError('x is undefined at arn:aws:lambda')).expect(500);
    expect(body.type).toBe('/problems/internal-error');
    expect(text).not.toMatch(/undefined|arn/);
  });
});

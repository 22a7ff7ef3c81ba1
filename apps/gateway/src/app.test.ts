import request from 'supertest';
import type { Dependencies } from './app';
import { documentation } from './testing/documented';
import { failed, fakeAppender, fakeLog, gatewayWith } from './testing/fakes';

const { watch, undocumented } = documentation();
const client = (dependencies: Partial<Dependencies> = {}) =>
  watch(request.agent(gatewayWith(dependencies).app));

afterEach(() => expect(undocumented()).toEqual([]));

describe('addresses', () => {
  test('are listed at the root, and each of them exists', async () => {
    const { body } = await client().get('/').expect(200);
    expect(body).toMatchObject({ service: 'Hindsight', documentation: '/docs', openapi: '/openapi.json' });
    const addresses = body.addresses as Record<string, string[]>;
    expect(addresses['/products/{productId}/events']).toEqual(['POST', 'GET']);
    for (const [template, methods] of Object.entries(addresses)) {
      const { headers } = await client()
        .options(template.replaceAll(/\{\w+\}/g, 'x'))
        .expect(204);
      for (const method of methods) expect(headers['allow']).toContain(method);
    }
  });

  test('that do not exist are 404 problems', async () => {
    for (const path of [
      '/product',
      '/products/100',
      '/products/100/states',
      '/Products/100/state',
      '/problems/none',
    ]) {
      const { body } = await client().get(path).expect(404);
      expect(body.type).toBe('/problems/route-not-found');
    }
  });

  test('tolerate a slash at the end and an encoded id', async () => {
    await client().get('/products/100/state/').expect(200);
    const log = fakeLog();
    await client({ log }).get('/products/a%2Db%5Fc%2e/state').expect(200);
    expect(log.calls).toEqual([['stateAt', 'a-b_c.', {}]]);
  });

  test.each(['%20b', '%00', '%E4', 'a'.repeat(129), 'a%CC%88'])(
    'with the product id %s are 400',
    async (id) => {
      const { body } = await client().get(`/products/${id}/state`).expect(400);
      expect(body.type).toBe('/problems/malformed-request');
    },
  );

  test.each([
    ['delete', '/products/100/events', 'POST, GET, HEAD, OPTIONS'],
    ['put', '/products/100/state', 'GET, HEAD, OPTIONS'],
    ['post', '/healthz', 'GET, HEAD, OPTIONS'],
  ] as const)('%s %s is 405 with what is allowed', async (method, path, allow) => {
    const { headers, body } = await client()[method](path).expect(405);
    expect(headers['allow']).toBe(allow);
    expect(body.type).toBe('/problems/method-not-allowed');
    expect((await client().options(path).expect(204)).headers['allow']).toBe(allow);
  });

  test.each(['/products/100/state', '/products/100/events', '/healthz', '/openapi.json', '/docs'])(
    'HEAD %s is GET without the body',
    async (path) => {
      const identity = { 'Accept-Encoding': 'identity' };
      const get = await client().get(path).set(identity).expect(200);
      const head = await client().head(path).set(identity).expect(200);
      expect(head.text).toBeFalsy();
      expect(head.headers['content-length']).toBe(get.headers['content-length']);
    },
  );

  test('HEAD of an unknown resource is 404', () => client().head('/nowhere').expect(404));
});

describe('health', () => {
  const fails = () => Promise.reject(new Error('no table hindsight'));
  const says = (fault: string) => () => Promise.reject(new Error(fault));
  const hangs = () => new Promise<never>(() => undefined);

  test('is ok while the process runs, even if its dependencies are down', async () => {
    await client({ log: fakeLog({ ping: fails }) })
      .get('/healthz')
      .expect(200, { status: 'ok' });
  });

  test('is ready when the table and the state machine respond', async () => {
    const { body } = await client().get('/readyz').expect(200);
    expect(body).toEqual({ status: 'ready', checks: { eventLog: 'ok', workflow: 'ok' } });
  });

  test.each([
    [fakeLog({ ping: fails }), fakeAppender(), { eventLog: 'unavailable', workflow: 'ok' }],
    [fakeLog({ ping: says('disk-full') }), fakeAppender(), { eventLog: 'disk-full', workflow: 'ok' }],
    [fakeLog({ ping: says('stalled') }), fakeAppender(), { eventLog: 'stalled', workflow: 'ok' }],
    [fakeLog(), fakeAppender(undefined, fails), { eventLog: 'ok', workflow: 'unavailable' }],
    [
      fakeLog({ ping: hangs }),
      fakeAppender(undefined, hangs),
      { eventLog: 'unavailable', workflow: 'unavailable' },
    ],
  ])('is not ready otherwise', async (log, appender, checks) => {
    const { body, text } = await client({ log, appender, settings: { readinessTimeout: 5 } })
      .get('/readyz')
      .expect(503);
    expect(body).toMatchObject({ type: '/problems/unavailable', checks });
    expect(text).not.toMatch(/hindsight/);
  });
});

describe('the log of requests', () => {
  test('keeps a valid id of the client, and generates one otherwise', async () => {
    const sane = await client().get('/healthz').set('X-Request-Id', 'abc-1');
    expect(sane.headers['x-request-id']).toBe('abc-1');
    for (const id of ['a b', 'x'.repeat(129), '{"$ne":1}']) {
      const { headers } = await client().get('/healthz').set('X-Request-Id', id);
      expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  test('contains the request and the execution, and nothing of the payload', async () => {
    const { app, lines } = gatewayWith();
    const event = { eventType: 'productReceived', quantity: '150', reason: 'top secret' };
    await request(app)
      .post('/products/100/events?dryRun=false')
      .set({ 'X-Request-Id': 'abc-1', Authorization: 'Bearer token' })
      .send(event)
      .expect(201);
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      {
        ...{ requestId: 'abc-1', method: 'POST', path: '/products/100/events', status: 201 },
        ...{ caller: 'anonymous', execution: 'execution-1', version: 3 },
      },
    ]);
    // The digits of a time or a process may be anything.
    const said = lines.join().replaceAll(/"(time|pid)":\d+/g, '');
    expect(said).not.toMatch(/secret|token|150|dryRun/);
  });

  test('has one line about a failure, with the details that the client does not see', async () => {
    const log = fakeLog({ headVersion: () => Promise.reject(new TypeError('a fault of ours')) });
    const appender = fakeAppender(() => failed('ProcessingFailed', ''));
    const { app, lines } = gatewayWith({ log, appender });
    await request(app).post('/products/100/events').set('If-Match', '*').send({}).expect(500);
    await request(app).post('/products/100/events').send({}).expect(503);
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { level: 50, err: { message: 'a fault of ours' } },
      { level: 40, execution: 'execution-1', failure: 'ProcessingFailed' },
    ]);
  });
});

test('answers carry the usual headers, and not the name of the framework', async () => {
  const { headers } = await client().get('/products/100/state');
  expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff' });
  expect(headers['x-powered-by']).toBeUndefined();
});

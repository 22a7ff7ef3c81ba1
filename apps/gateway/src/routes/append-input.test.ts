import request from 'supertest';
import type { Dependencies } from '../app';
import { documentation } from '../testing/documented';
import { fakeAppender, fakeLog, gatewayWith } from '../testing/fakes';

const EVENT = { eventType: 'productReceived', quantity: '150' };
const { watch, undocumented } = documentation();
const client = (dependencies: Partial<Dependencies> = {}) =>
  watch(request.agent(gatewayWith(dependencies).app));

afterEach(() => expect(undocumented()).toEqual([]));

describe('numbers', () => {
  const sent = async (text: string) => {
    const appender = fakeAppender();
    await client({ appender }).post('/products/100/events').type('json').send(text).expect(201);
    return appender.requests[0]?.body;
  };

  test('of decimal fields arrive as the text that was written', async () => {
    expect(
      await sent('{"quantity":12345678901.123456,"unitPrice":{"amount":0.10,"currency":"USD"}}'),
    ).toEqual({
      quantity: '12345678901.123456',
      unitPrice: { amount: '0.10', currency: 'USD' },
    });
    expect(await sent('[{"quantity":0.1234567},{"replacement":{"quantity":1e3,"unitPrice":-0}}]')).toEqual([
      { quantity: '0.1234567' },
      { replacement: { quantity: '1e3', unitPrice: '-0' } },
    ]);
  });

  test('of other fields stay numbers, so that the workflow can refuse them', async () => {
    expect(await sent('{"schemaVersion":1,"color":1.5,"metadata":{"quantity":5}}')).toEqual({
      schemaVersion: 1,
      color: 1.5,
      metadata: { quantity: 5 },
    });
  });
});

describe('preconditions', () => {
  const NEVER = Number.MAX_SAFE_INTEGER;
  const sent = async (headers: Record<string, string>, head = 3) => {
    const appender = fakeAppender();
    const log = fakeLog({ headVersion: () => Promise.resolve(head) });
    const answer = await client({ appender, log }).post('/products/100/events').set(headers).send(EVENT);
    return {
      status: answer.status,
      body: answer.body,
      expected: appender.requests.map((one) => one.expectedVersion),
    };
  };

  test.each([
    [{ 'If-Match': '"3"' }, 3],
    [{ 'If-Match': '"7.5"' }, 7],
    [{ 'If-None-Match': '*' }, 0],
    [{ 'If-Match': '"1", "3"' }, 3],
    [{ 'If-Match': ' ,"3.2" ,, "9,9",W/"1"' }, 3],
    // The precondition fails. The workflow reports that, unless the events were already stored.
    [{ 'If-Match': '"1", "2"' }, 2],
    [{ 'If-Match': 'W/"3"' }, NEVER],
    [{ 'If-Match': '""' }, NEVER],
    [{ 'If-Match': '"03"' }, NEVER],
    [{ 'If-Match': '"x,y"' }, NEVER],
    [{ 'If-Match': '"99999999999999999999"' }, NEVER],
    [{ 'If-None-Match': '"3"' }, NEVER],
    [{ 'If-None-Match': '"1", W/"3.1"' }, NEVER],
    [{ 'If-None-Match': '"1", "2"' }, undefined],
    [{ 'If-None-Match': '"x"' }, undefined],
    [{ 'If-None-Match': '"4"' }, 3],
    [{ 'If-Match': '*' }, undefined],
    [{}, undefined],
  ])('%j expects version %s', async (headers, version) => {
    expect(await sent(headers)).toMatchObject({ status: 201, expected: [version] });
  });

  test('If-Match: * on an unknown product is 412 and starts nothing', async () => {
    const { status, body, expected } = await sent({ 'If-Match': '*' }, 0);
    expect({ status, expected }).toEqual({ status: 412, expected: [] });
    expect(body).toMatchObject({ type: '/problems/version-conflict', currentVersion: 0 });
  });

  test.each([
    [{ 'If-Match': '3' }, 'If-Match'],
    [{ 'If-Match': '"3", 4' }, 'If-Match'],
    [{ 'If-Match': '"3" "4"' }, 'If-Match'],
    [{ 'If-Match': '"3", *' }, 'If-Match'],
    [{ 'If-Match': 'w/"3"' }, 'If-Match'],
    [{ 'If-Match': '"3' }, 'If-Match'],
    [{ 'If-Match': ', ,' }, 'If-Match'],
    [{ 'If-None-Match': '3' }, 'If-None-Match'],
    [{ 'If-Match': '"3"', 'If-None-Match': '*' }, 'If-None-Match'],
  ])('%j is 400', async (headers, path) => {
    const { status, body, expected } = await sent(headers);
    expect({ status, expected }).toEqual({ status: 400, expected: [] });
    expect(body.errors).toEqual([{ path, message: expect.any(String) }]);
  });
});

describe('bodies that are refused', () => {
  const post = (dependencies: Partial<Dependencies> = {}) =>
    client(dependencies).post('/products/100/events');
  const quantity = (length: number): string => `{"reason":"${'x'.repeat(length - 13)}"}`;

  test('64 KiB are accepted, one byte more is 413', async () => {
    await post().type('json').send(quantity(65_536)).expect(201);
    const { body, headers } = await post().type('json').send(quantity(65_537)).expect(413);
    expect(body.type).toBe('/problems/payload-too-large');
    expect(headers['connection']).toBe('close');
  });

  test.each([
    ['', 'application/json', 400],
    ['{"a":', 'application/json', 400],
    ['{"a":1}}', 'application/json', 400],
    ['{"quantity":1,"quantity":2}', 'application/json', 400],
    ['{"a":1}', 'text/plain', 415],
    ['{"a":1}', 'application/x-www-form-urlencoded', 415],
    ['{"a":1}', 'application/json; charset=latin1', 415],
    ['{"a":1}', 'application/jsonx', 415],
  ])('%j as %s is %i', async (body, type, status) => {
    await post().set('Content-Type', type).send(body).expect(status);
  });

  test('a compressed body is 415', async () => {
    const { body } = await post().set('Content-Encoding', 'gzip').type('json').send('{}').expect(415);
    expect(body.detail).toMatch(/compressed/);
  });

  test('415 lists the supported types', async () => {
    const { headers } = await post().type('text/plain').send('x').expect(415);
    expect(headers['accept-post']).toMatch(/application\/json, application\/cloudevents\+json/);
  });

  test('two idempotency keys are 400', async () => {
    const { body } = await post()
      .set('Idempotency-Key', ['a', 'b'] as never)
      .send(EVENT)
      .expect(400);
    expect(body.errors[0].path).toBe('Idempotency-Key');
  });
});

describe('query parameters', () => {
  test.each([
    ['dryRun=1', 'dryRun', /true or false/],
    ['dryRun=true&dryRun=true', 'dryRun', /more than once/],
    ['onConflict=ignore', 'onConflict', /reject or flag/],
    ['dryrun=true', 'dryrun', /did you mean dryRun/],
    ['x=1', 'x', /there are dryRun, onConflict/],
    ['dryRun=%ff', 'dryRun', /percent-encoding/],
  ])('%s is 400', async (query, path, message) => {
    const { body } = await client().post(`/products/100/events?${query}`).send(EVENT).expect(400);
    expect(body.errors).toEqual([{ path, message: expect.stringMatching(message) }]);
  });
});

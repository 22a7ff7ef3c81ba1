import request from 'supertest';
import { documentation } from './testing/documented';
import { fakeAppender, gatewayWith } from './testing/fakes';

const { watch, undocumented } = documentation();
afterEach(() => expect(undocumented()).toEqual([]));

const DATA = { quantity: '150', unitPrice: '$4' };
const ATTRIBUTES = { id: 'delivery-7', source: '/warehouse/3', type: 'com.example.productReceived' };
const STRUCTURED = { specversion: '1.0', ...ATTRIBUTES, data: DATA };
const BINARY = {
  'ce-specversion': '1.0',
  'ce-id': 'delivery-7',
  'ce-source': '/warehouse/3',
  'ce-type': 'com.example.productReceived',
};

/** Sends a body, and returns the response and what reached the workflow. */
async function sent(body: unknown, headers: Record<string, string | string[]>) {
  const appender = fakeAppender();
  const type = 'Content-Type' in headers ? {} : { 'Content-Type': 'application/json' };
  const answer = await watch(request.agent(gatewayWith({ appender }).app))
    .post('/products/100/events')
    .set({ ...type, ...(headers as Record<string, string>) })
    // As bytes, because Node writes a string body and the headers before it in the same encoding.
    .serialize((value: object) => Buffer.from(JSON.stringify(value)) as unknown as string)
    .send(body as object);
  const { body: read, format, idempotencyKey } = appender.requests[0] ?? {};
  return { answer, body: read, format, idempotencyKey };
}

const errorOf = (path: string, message: RegExp) => [
  { path, message: expect.stringMatching(message) as unknown },
];

describe('a CloudEvent', () => {
  test('in binary mode becomes the same event as in structured mode', async () => {
    const structured = await sent(STRUCTURED, { 'Content-Type': 'application/cloudevents+json' });
    const binary = await sent(DATA, BINARY);
    expect([structured.answer.status, binary.answer.status]).toEqual([201, 201]);
    expect(binary.body).toEqual(structured.body);
    expect([structured.format, binary.format]).toEqual(['cloudevent', 'cloudevent-binary']);
  });

  test('in a batch is recognized as a batch', async () => {
    const { format, body } = await sent([STRUCTURED], {
      'Content-Type': 'application/cloudevents-batch+json',
    });
    expect([format, body]).toEqual(['cloudevents', [STRUCTURED]]);
  });

  test('in binary mode has all of its attributes, percent-decoded, and extensions are ignored', async () => {
    const optional = {
      'ce-subject': '1%30%30',
      'ce-time': '2026-11-23T09:30:00Z',
      'ce-datacontenttype': 'application/json',
      'ce-traceparent': '00-0-0-0',
    };
    const { body } = await sent(DATA, { ...BINARY, ...optional });
    const attributes = { subject: '100', time: '2026-11-23T09:30:00Z', datacontenttype: 'application/json' };
    expect(body).toEqual({ ...STRUCTURED, ...attributes });
  });

  test.each([
    ['"delivery-7"', 'delivery-7'],
    ['"a \\"b\\" \\\\"', 'a "b" \\'],
    ['"gr%C3%B6%C3%9Fe"', 'größe'],
    ['gr%c3%b6%c3%9fe', 'größe'],
    [Buffer.from('größe').toString('latin1'), 'größe'],
    ['"', '"'],
    ['a"b"', 'a"b"'],
  ])('in binary mode with ce-id: %s has the id %s', async (value, id) => {
    expect((await sent(DATA, { ...BINARY, 'ce-id': value })).body).toMatchObject({ id });
  });

  test.each([
    ['%E4', /percent-encoding/],
    ['%C3%28', /percent-encoding/],
    ['%ED%A0%80', /percent-encoding/],
    ['100%', /percent-encoding/],
    [Buffer.from([0x61, 0xff]).toString('latin1'), /UTF-8/],
    [Buffer.from([0xed, 0xa0, 0x80]).toString('latin1'), /UTF-8/],
  ])('in binary mode with ce-id: %s is 400 naming the header', async (value, message) => {
    const { answer, body } = await sent(DATA, { ...BINARY, 'ce-id': value });
    expect([answer.status, answer.body.errors]).toEqual([400, errorOf('ce-id', message)]);
    expect(body).toBeUndefined();
  });

  test('with a header given twice is 400', async () => {
    const { answer } = await sent(DATA, { ...BINARY, 'ce-id': ['a', 'b'] });
    expect([answer.status, answer.body.errors]).toEqual([400, errorOf('ce-id', /more than once/)]);
  });

  test.each(['application/vnd.shop+json', 'text/json; charset=utf-8', 'APPLICATION/JSON'])(
    'in binary mode may have data of the type %s',
    async (type) => {
      const { answer, body } = await sent(DATA, { ...BINARY, 'Content-Type': type });
      expect([answer.status, body]).toEqual([201, STRUCTURED]);
    },
  );

  test('with data in base64 is the same as with data', async () => {
    const encoded = (text: string) => Buffer.from(text).toString('base64');
    const { data, ...cloud } = STRUCTURED;
    const exact = { ...cloud, data_base64: encoded('{"quantity":123456789012.123456}') };
    const cloudEvents = 'application/cloudevents-batch+json';
    const { body } = await sent([{ ...cloud, data_base64: encoded(JSON.stringify(data)) }, exact], {
      'Content-Type': cloudEvents,
    });
    expect(body).toEqual([STRUCTURED, { ...cloud, data: { quantity: '123456789012.123456' } }]);
  });

  test.each([
    ['e30', /base64/],
    ['e30= ', /base64/],
    [Buffer.from('{').toString('base64'), /is not JSON/],
    [Buffer.from([0x22, 0xff, 0x22]).toString('base64'), /is not UTF-8/],
    [Buffer.from('['.repeat(60_000)).toString('base64').slice(0, 4000), /nested/],
  ])('with data_base64 %.20s is 400, naming the location', async (encoded, message) => {
    const { data, ...cloud } = STRUCTURED;
    const body = [STRUCTURED, { ...cloud, data_base64: encoded }];
    const { answer } = await sent(body, { 'Content-Type': 'application/cloudevents-batch+json' });
    expect([answer.status, answer.body.errors]).toEqual([400, errorOf('[1].data_base64', message)]);
  });

  test('with data twice is left to validation', async () => {
    const twice = { ...STRUCTURED, data_base64: 'e30=' };
    expect((await sent(twice, { 'Content-Type': 'application/cloudevents+json' })).body).toEqual(twice);
  });
});

describe('an Idempotency-Key', () => {
  test.each([
    ['8e03978e-40d5', '8e03978e-40d5'],
    ['"8e03978e-40d5"', '8e03978e-40d5'],
    [Buffer.from('größe').toString('latin1'), 'größe'],
  ])('%s is %s', async (header, key) => {
    expect((await sent(DATA, { 'Idempotency-Key': header })).idempotencyKey).toBe(key);
  });

  test('is UTF-8, and may appear once', async () => {
    const latin1 = await sent(DATA, { 'Idempotency-Key': Buffer.from([0xe9]).toString('latin1') });
    expect([latin1.answer.status, latin1.answer.body.errors]).toEqual([
      400,
      errorOf('Idempotency-Key', /UTF-8/),
    ]);
    const twice = await sent(DATA, { 'Idempotency-Key': ['a', 'b'] });
    expect([twice.answer.status, twice.answer.body.errors]).toEqual([
      400,
      errorOf('Idempotency-Key', /once/),
    ]);
  });
});

test.each(['text/html', 'image/png', 'application/json;q=0', 'nonsense'])(
  'a client that accepts only %s gets 406, and nothing is stored',
  async (accept) => {
    const { answer, body } = await sent({ eventType: 'productReceived', quantity: '1' }, { Accept: accept });
    expect([answer.status, answer.body.type]).toEqual([406, '/problems/not-acceptable']);
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(body).toBeUndefined();
  },
);

test.each(['*/*', 'application/*', 'text/html, application/json;q=0.1', ''])(
  'a client that accepts %p gets a response',
  async (accept) => {
    expect(
      (await sent({ eventType: 'productReceived', quantity: '1' }, { Accept: accept })).answer.status,
    ).toBe(201);
  },
);

test.each([
  'application/json; charset=latin1',
  'application/json; charset=utf-16',
  'text/json',
  'application/xml',
])('a body of %s is 415 with the supported types', async (type) => {
  const { answer } = await sent({}, { 'Content-Type': type });
  expect(answer.status).toBe(415);
  expect(answer.headers['accept-post']).toContain('application/cloudevents+json');
});

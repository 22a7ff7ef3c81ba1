import request from 'supertest';
import { documentation } from './testing/documented';
import { fakeAppender, gatewayWith } from './testing/fakes';

const { watch, strays } = documentation();
afterEach(() => expect(strays()).toEqual([]));

const DATA = { quantity: '150', unitPrice: '$4' };
const ATTRIBUTES = { id: 'delivery-7', source: '/warehouse/3', type: 'com.example.productReceived' };
const STRUCTURED = { specversion: '1.0', ...ATTRIBUTES, data: DATA };
const BINARY = {
  'ce-specversion': '1.0',
  'ce-id': 'delivery-7',
  'ce-source': '/warehouse/3',
  'ce-type': 'com.example.productReceived',
};

/** Sends a body, and tells the answer and what reached the workflow. */
async function sent(body: unknown, headers: Record<string, string>) {
  const appender = fakeAppender();
  const answer = await watch(request.agent(gatewayWith({ appender }).app))
    .post('/products/100/events')
    .set({ 'Content-Type': 'application/json', ...headers })
    .send(JSON.stringify(body));
  return { answer, body: appender.requests[0]?.body };
}

describe('a CloudEvent', () => {
  test('in binary mode is the same as in structured mode', async () => {
    const structured = await sent(STRUCTURED, { 'Content-Type': 'application/cloudevents+json' });
    const binary = await sent(DATA, BINARY);
    expect([structured.answer.status, binary.answer.status]).toEqual([201, 201]);
    expect(binary.body).toEqual(structured.body);
  });

  test('in binary mode has its subject and time, percent-encoded where need be, and extensions that mean nothing', async () => {
    const optional = {
      'ce-subject': '1%30%30',
      'ce-time': '2026-11-23T09:30:00Z',
      'ce-traceparent': '00-0-0-0',
    };
    const { body } = await sent(DATA, { ...BINARY, ...optional });
    expect(body).toEqual({ ...STRUCTURED, subject: '100', time: '2026-11-23T09:30:00Z' });
  });

  test.each([
    ['ce-id', undefined, /is required/],
    ['ce-type', undefined, /is required/],
    ['ce-source', undefined, /is required/],
    ['ce-specversion', undefined, /is required/],
    ['ce-specversion', '0.3', /must be "1.0"/],
    ['ce-id', '%E4', /percent-encoding/],
  ])('in binary mode with %s %p is 400 naming the header', async (name, value, message) => {
    const headers: Record<string, string | undefined> = { ...BINARY, [name]: value };
    const given = Object.fromEntries(Object.entries(headers).filter(([, text]) => text !== undefined));
    const { answer } = await sent(DATA, given as Record<string, string>);
    expect(answer.status).toBe(400);
    expect(answer.body.errors).toEqual([{ path: name, message: expect.stringMatching(message) }]);
  });

  test('in binary mode has an object for its data', async () => {
    const { answer } = await sent([DATA], BINARY);
    expect([answer.status, answer.body.errors[0].path]).toEqual([422, 'data']);
  });

  test.each([
    [{ ...STRUCTURED, specversion: '0.3' }, 'specversion', /must be "1.0"/],
    [{ ...STRUCTURED, source: undefined }, 'source', /is required/],
    [{ ...STRUCTURED, data: undefined, data_base64: 'e30=' }, 'data', /is required/],
    [{ ...STRUCTURED, datacontenttype: 'text/xml' }, 'datacontenttype', /application\/json/],
    [{ eventType: 'productReceived', quantity: '1' }, 'specversion', /is required/],
  ])('announced as one, %j is 422', async (body, path, message) => {
    const { answer } = await sent(body, { 'Content-Type': 'application/cloudevents+json' });
    expect(answer.status).toBe(422);
    expect(answer.body.errors).toContainEqual({ path, message: expect.stringMatching(message) });
  });

  test('in a batch that is none is 422, naming which', async () => {
    const { answer } = await sent([STRUCTURED, { ...STRUCTURED, id: 7 }], {
      'Content-Type': 'application/cloudevents-batch+json',
    });
    expect(answer.body.errors).toEqual([{ path: '[1].id', message: 'must be a string' }]);
    expect(
      (await sent(STRUCTURED, { 'Content-Type': 'application/cloudevents-batch+json' })).answer.status,
    ).toBe(422);
  });
});

test.each(['text/html', 'image/png', 'application/json;q=0', 'nonsense'])(
  'who accepts only %s gets 406, and nothing is stored',
  async (accept) => {
    const { answer, body } = await sent({ eventType: 'productReceived', quantity: '1' }, { Accept: accept });
    expect([answer.status, answer.body.type]).toEqual([406, '/problems/not-acceptable']);
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(body).toBeUndefined();
  },
);

test.each(['*/*', 'application/*', 'text/html, application/json;q=0.1', ''])(
  'who accepts %p is answered',
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
])('a body of %s is 415 with what is taken', async (type) => {
  const { answer } = await sent({}, { 'Content-Type': type });
  expect(answer.status).toBe(415);
  expect(answer.headers['accept-post']).toContain('application/cloudevents+json');
});

import { once } from 'node:events';
import { request as send } from 'node:http';
import { connect } from 'node:net';
import { newCredentials } from './credentials';
import { protocolError, serveProtocol, type ProtocolServer } from './protocol-server';
import { signedGet } from './testing/signed';

const credentials = newCredentials();
const answering = jest.fn((target: string) =>
  Promise.resolve({ status: 200, text: JSON.stringify({ target }) }),
);
let server: ProtocolServer;
let port: number;

beforeAll(async () => {
  server = await serveProtocol(answering, { credentials, maxBodyBytes: 10_000 });
  port = Number(new URL(server.endpoint).port);
});
afterAll(() => server.close());
beforeEach(() => answering.mockClear());

interface Change {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string | undefined>;
  readonly body?: Buffer | 'other';
}

/** A request that is good but for what is changed. */
async function request({ method = 'POST', path = '/', headers: changed = {}, body: other }: Change = {}) {
  const { headers, body } = await signedGet(server.endpoint, credentials);
  const all = Object.entries({ ...headers, ...changed }).filter(([, value]) => value !== undefined);
  const sent = send({ port, host: '127.0.0.1', method, path, headers: Object.fromEntries(all) });
  sent.end(other === 'other' ? Buffer.alloc(body.length, ' ') : (other ?? body));
  const [response] = (await once(sent, 'response')) as [import('node:http').IncomingMessage];
  let text = '';
  for await (const chunk of response) text += String(chunk);
  return { status: response.statusCode, headers: response.headers, text };
}

test('a signed request comes through', async () => {
  expect(await request()).toMatchObject({ status: 200, text: '{"target":"DynamoDB_20120810.GetItem"}' });
});

test.each<[string, Change]>([
  ['no signature', { headers: { authorization: undefined } }],
  ['a made-up signature', { headers: { authorization: 'AWS4-HMAC-SHA256 Credential=local' } }],
  ['another body than was signed', { body: 'other' }],
  // The page of another origin has no secret; were it to learn one, it still would not come in.
  ['an Origin, though signed', { headers: { origin: 'http://shop.example' } }],
  ['the Origin of this machine', { headers: { origin: 'http://localhost:3000' } }],
  ['an Origin that is null', { headers: { origin: 'null' } }],
  ['the Host of a rebound name', { headers: { host: 'rebound.example' } }],
  ['localhost as Host', { headers: { host: 'localhost' } }],
  ['a preflight', { method: 'OPTIONS', headers: { origin: 'http://shop.example' } }],
  ['GET', { method: 'GET' }],
  ['another path', { path: '/shell' }],
  ['a query', { path: '/?a=1' }],
])('%s is refused, and tells a browser nothing', async (_, change) => {
  const { status, headers, text } = await request(change);
  expect(status).toBe(403);
  expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  expect(text).toContain('AccessDeniedException');
  expect(answering).not.toHaveBeenCalled();
});

test('two Host headers are refused', async () => {
  const { headers, body } = await signedGet(server.endpoint, credentials);
  const lines = [...Object.entries(headers), ['host', 'rebound.example']].map(
    ([name, value]) => `${name}: ${value}`,
  );
  const socket = connect(port, '127.0.0.1');
  socket.write(`POST / HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body.toString()}`);
  let answer = '';
  for await (const chunk of socket) answer += String(chunk);
  expect(answer).toMatch(/^HTTP\/1.1 40[03] /);
  expect(answering).not.toHaveBeenCalled();
});

test('a body that is too long is the caller’s fault', async () => {
  const { status, text } = await request({
    headers: { 'content-length': '20000' },
    body: Buffer.alloc(20_000, ' '),
  });
  expect([status, text]).toEqual([400, expect.stringContaining('longer than 10000 bytes')]);
});

test('a client that disconnects while sending affects no other client', async () => {
  const { headers } = await signedGet(server.endpoint, credentials);
  const sent = send({ port, method: 'POST', headers: { ...headers, 'content-length': '1000' } });
  sent.on('error', () => undefined);
  sent.write('half');
  await once(sent, 'socket');
  sent.destroy();
  expect(await request()).toMatchObject({ status: 200 });
});

test('an error has its name and message', () => {
  expect(protocolError(400, 'Name', 'what', { More: 1 })).toEqual({
    status: 400,
    text: '{"__type":"Name","message":"what","More":1}',
  });
});

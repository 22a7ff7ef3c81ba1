import { request as send, type IncomingMessage, type RequestListener } from 'node:http';
import { allowedHostsOf, checkingHost } from './host';
import { serve, type RunningServer } from './server';

const listener: RequestListener = (_, response) => void response.end('in');
let server: RunningServer;
const listen = async (env: NodeJS.ProcessEnv = {}, host = '127.0.0.1') => {
  const checked = checkingHost(allowedHostsOf(env, host), listener);
  server = await serve(checked, { host: '127.0.0.1', port: 0 });
};
afterEach(() => server.close());

async function to(host: string, method = 'GET', path = '/') {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    send({ port: server.port, host: '127.0.0.1', method, path, headers: { host } }, resolve)
      .on('error', reject)
      .end();
  });
  let text = '';
  for await (const chunk of response) text += String(chunk);
  return { status: response.statusCode, type: response.headers['content-type'], text };
}

test.each([
  'localhost',
  'localhost:3000',
  'LocalHost:1',
  'localhost.',
  '127.0.0.1:3000',
  '[::1]',
  '[::1]:3000',
])('on loopback, %s is this server', async (host) => {
  await listen();
  expect(await to(host)).toMatchObject({ status: 200, text: 'in' });
});

test.each([
  'rebound.example',
  'rebound.example:3000',
  'localhost.rebound.example',
  '127.0.0.1.rebound.example',
  '[::2]',
  '0.0.0.0:3000',
  'constructor',
])('on loopback, %s is refused with 421 before the application', async (host) => {
  await listen();
  const { status, type, text } = await to(host);
  expect([status, type]).toEqual([421, 'application/problem+json']);
  expect(JSON.parse(text)).toMatchObject({ type: '/problems/misdirected-request', status: 421 });
});

test.each([
  ['http://rebound.example/', 421],
  ['HTTP://rebound.example:80', 421],
  ['http://localhost@rebound.example/', 421],
  ['ftp://rebound.example/', 421],
  ['http://localhost:3000/', 200],
  ['/http://rebound.example/', 200],
])('the host in an address with a scheme counts as well: %s', async (path, status) => {
  await listen();
  expect(await to('localhost', 'GET', path)).toMatchObject({ status });
});

test('an answer to HEAD has no body', async () => {
  await listen();
  expect(await to('rebound.example', 'HEAD')).toMatchObject({ status: 421, text: '' });
});

test('HOST and ALLOWED_HOSTS add names', async () => {
  await listen({ ALLOWED_HOSTS: 'stock.example, Shop.Example' }, '127.0.0.5');
  for (const host of ['127.0.0.5:80', 'stock.example', 'shop.example:8443', 'localhost'])
    expect(await to(host)).toMatchObject({ status: 200 });
  expect(await to('other.example')).toMatchObject({ status: 421 });
});

test('on other addresses any name is accepted, unless ALLOWED_HOSTS restricts it', async () => {
  await listen({}, '0.0.0.0');
  expect(await to('rebound.example')).toMatchObject({ status: 200 });
  expect(allowedHostsOf({ ALLOWED_HOSTS: 'stock.example' }, '0.0.0.0')?.has('rebound.example')).toBe(false);
});

test.each(['http://shop.example', 'shop.example:3000', '*', 'a b'])(
  'ALLOWED_HOSTS with %s is refused',
  async (name) => {
    await listen();
    expect(() => allowedHostsOf({ ALLOWED_HOSTS: name }, '127.0.0.1')).toThrow(/ALLOWED_HOSTS has/);
  },
);

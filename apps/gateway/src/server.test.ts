import { get, request as send, Agent, type IncomingMessage, type RequestListener } from 'node:http';
import { connect } from 'node:net';
import { serve, type RunningServer } from './server';

let server: RunningServer;
const started: RunningServer[] = [];
const listen = async (listener: RequestListener, grace?: number): Promise<void> => {
  server = await serve(listener, { host: '127.0.0.1', port: 0, ...(grace !== undefined && { grace }) });
  started.push(server);
};

afterEach(async () => {
  await Promise.all(started.splice(0).map((one) => one.close()));
});

const statusOf = (response: IncomingMessage): Promise<number> =>
  new Promise((resolve) => response.resume().on('end', () => resolve(response.statusCode ?? 0)));

test('lets requests in flight finish, and takes no new ones', async () => {
  let finish!: () => void;
  const arrived = new Promise<void>((resolve) => {
    void listen((_, response) => {
      finish = () => void response.end('done');
      resolve();
    }).then(() =>
      get(
        { port: server.port, host: '127.0.0.1', agent },
        (response) => void statusOf(response).then(answered),
      ),
    );
  });
  // A connection that is kept alive must not keep the server.
  const agent = new Agent({ keepAlive: true });
  let answered!: (status: number) => void;
  const status = new Promise<number>((resolve) => (answered = resolve));
  await arrived;
  const closed = server.close();
  await expect(
    new Promise((_, reject) => send({ port: server.port, host: '127.0.0.1' }).on('error', reject).end()),
  ).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  finish();
  expect(await status).toBe(200);
  expect(await closed).toBe(true);
  agent.destroy();
});

test('cuts off what does not finish in time, and says so', async () => {
  const arrived = new Promise<void>((resolve) => {
    void listen(() => resolve(), 10).then(() =>
      get({ port: server.port, host: '127.0.0.1' }).on('error', () => undefined),
    );
  });
  await arrived;
  expect(await server.close()).toBe(false);
});

test('tells that a port is taken', async () => {
  await listen((_, response) => void response.end());
  await expect(serve(() => undefined, { host: '127.0.0.1', port: server.port })).rejects.toMatchObject({
    code: 'EADDRINUSE',
  });
});

test.each([
  ['what is not HTTP', 'hello\r\n\r\n', 400],
  ['headers that are too long', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
  ['two lengths', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', 400],
])('answers %s with problem details', async (_, bytes, status) => {
  await listen((_request, response) => void response.end());
  const text = await new Promise<string>((resolve) => {
    let received = '';
    const socket = connect(server.port, '127.0.0.1', () => void socket.write(bytes));
    socket.on('data', (chunk) => (received += chunk.toString())).on('close', () => resolve(received));
  });
  expect(text).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(JSON.parse(text.split('\r\n\r\n')[1] ?? '')).toMatchObject({
    type: '/problems/malformed-request',
    status,
  });
});

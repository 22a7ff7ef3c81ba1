import { get, request as send, Agent, type IncomingMessage, type RequestListener } from 'node:http';
import { connect, type Socket } from 'node:net';
import { ownListener } from '../testing/own-listener';
import { serve } from './server';

const own = ownListener();
const { listen, talk } = own;

const statusOf = (response: IncomingMessage): Promise<number> =>
  new Promise((resolve) => response.resume().on('end', () => resolve(response.statusCode ?? 0)));

test('finishes requests in progress, and accepts no new ones', async () => {
  let finish!: () => void;
  const arrived = new Promise<void>((resolve) => {
    void listen((_, response) => {
      finish = () => void response.end('done');
      resolve();
    }).then(() =>
      get({ port: own.port, host: '127.0.0.1', agent }, (response) => void statusOf(response).then(answered)),
    );
  });
  // A keep-alive connection must not delay the shutdown.
  const agent = new Agent({ keepAlive: true });
  let answered!: (status: number) => void;
  const status = new Promise<number>((resolve) => (answered = resolve));
  await arrived;
  const closed = own.close();
  await expect(
    new Promise((_, reject) => send({ port: own.port, host: '127.0.0.1' }).on('error', reject).end()),
  ).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  finish();
  expect(await status).toBe(200);
  expect(await closed).toBe(true);
  agent.destroy();
});

test('cuts off requests that do not finish in time, and reports that', async () => {
  const arrived = new Promise<void>((resolve) => {
    void listen(() => resolve(), { grace: 10 }).then(() =>
      get({ port: own.port, host: '127.0.0.1' }).on('error', () => undefined),
    );
  });
  await arrived;
  expect(await own.close()).toBe(false);
});

test('reports that a port is in use', async () => {
  await listen((_, response) => void response.end());
  await expect(serve(() => undefined, { host: '127.0.0.1', port: own.port })).rejects.toMatchObject({
    code: 'EADDRINUSE',
  });
});

const host = 'GET / HTTP/1.1\r\nHost: x\r\n';
const post = 'POST / HTTP/1.1\r\nHost: x\r\n';
/** Reads the whole request before it responds, like the gateway. */
const reading: RequestListener = (request, response) => {
  request.resume().on('end', () => response.end('done'));
};

test.each([
  ['what is not HTTP', 'hello\r\n\r\n', 400, 'malformed-request'],
  ['headers that are too long', `${host}X: ${'x'.repeat(20_000)}\r\n\r\n`, 431, 'headers-too-large'],
  ['more headers than are read', `${host}${'a: 1\r\n'.repeat(100)}\r\n`, 431, 'headers-too-large'],
  ['no host', 'GET / HTTP/1.1\r\n\r\n', 400, 'malformed-request'],
  ['two hosts', `${host}host: y\r\n\r\n`, 400, 'malformed-request'],
  ['two hosts that are equal', `${host}Host: x\r\n\r\n`, 400, 'malformed-request'],
  ['a host that is none', 'GET / HTTP/1.1\r\nHost: x/y\r\n\r\n', 400, 'malformed-request'],
  [
    'two tokens',
    `${host}Authorization: Bearer a\r\nAuthorization: Bearer b\r\n\r\n`,
    400,
    'malformed-request',
  ],
  ['another expectation', `${host}Expect: 200-ok\r\n\r\n`, 417, 'expectation-failed'],
  ['a tunnel', 'CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n', 405, 'method-not-allowed'],
  ['two lengths', `${post}Content-Length: 1\r\nContent-Length: 2\r\n\r\n`, 400, 'malformed-request'],
  [
    'a length and chunks',
    `${post}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n`,
    400,
    'malformed-request',
  ],
  [
    'a chunk whose length is none',
    `${post}Transfer-Encoding: chunked\r\n\r\nzz\r\nab\r\n`,
    400,
    'malformed-request',
  ],
  ['headers that never end', `${host}X: `, 408, 'request-timeout'],
  ['a connection that sends nothing', '', 408, 'request-timeout'],
  ['a body that never ends', `${post}Content-Length: 10\r\n\r\n{`, 408, 'request-timeout'],
])('answers %s with problem details, and ends the connection', async (_, bytes, status, type) => {
  await listen(reading, { headersTimeout: 100, requestTimeout: 150 });
  const text = await talk(bytes);
  expect(text).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(JSON.parse(text.split('\r\n\r\n')[1] ?? '')).toMatchObject({ type: `/problems/${type}`, status });
});

test('a connection closes after a number of requests, and the last response announces it', async () => {
  await listen(reading, { requestsPerSocket: 2 });
  const text = await talk(`${host}\r\n`.repeat(3));
  expect(text.match(/HTTP\/1.1 \d+|Connection: \S+/g)).toEqual([
    ...['HTTP/1.1 200', 'Connection: keep-alive'],
    ...['HTTP/1.1 200', 'Connection: close'],
  ]);
});

test('a connection that pipelines too many requests closes after the first responses', async () => {
  const finish: (() => void)[] = [];
  const arrived = new Promise<void>((resolve) => {
    void listen(
      (_, response) => {
        finish.push(() => void response.end('done'));
        if (finish.length === 3) resolve();
      },
      { unanswered: 3 },
    ).then(() => (answer = talk(`${host}\r\n`.repeat(10))));
  });
  let answer = Promise.resolve('');
  await arrived;
  for (const end of finish) end();
  expect((await answer).match(/HTTP\/1.1 200/g)).toHaveLength(3);
  expect(finish).toHaveLength(3);
});

test('every pipelined request is notified that its connection has closed', async () => {
  const closed: string[] = [];
  let arrived = 0;
  await listen(({ url = '' }, response) => {
    arrived += 1;
    response.once('close', () => closed.push(url));
    // The second response is complete and queued.
    if (url === '/2') response.end('done');
  });
  const socket = connect(own.port, '127.0.0.1', () =>
    socket.write(['/1', '/2', '/3'].map((path) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`).join('')),
  );
  while (arrived < 3) await new Promise((resolve) => setImmediate(resolve));
  socket.destroy();
  while (closed.length < 3) await new Promise((resolve) => setImmediate(resolve));
  expect(closed).toEqual(['/1', '/2', '/3']);
});

/** Requests more than the buffers between both ends can store, and reads none of it. */
const endOfDeaf = (): Promise<unknown> => {
  const socket = connect(own.port, '127.0.0.1', () => socket.write(`${host}\r\n`)).pause();
  // Without reading, only a sender notices that the other end has closed.
  const drip = setInterval(() => socket.write('x'), 20);
  return new Promise((done) => socket.on('error', () => undefined).once('close', done)).finally(() =>
    clearInterval(drip),
  );
};
const much: RequestListener = (_, response) => void response.end(Buffer.alloc(50_000_000));

test('a client that does not read its answer is cut off', async () => {
  await listen(much, { unreadTimeout: 100 });
  await endOfDeaf();
});

describe('at the connection limit', () => {
  const held: Socket[] = [];
  const hold = async (bytes: string): Promise<Socket> => {
    const socket = connect(own.port, '127.0.0.1', () => socket.write(bytes));
    held.push(socket.on('error', () => undefined));
    await new Promise((resolve) => socket.once('connect', resolve));
    return socket;
  };
  afterEach(() => held.splice(0).forEach((socket) => socket.destroy()));

  test.each([
    ['sends nothing', ''],
    ['never ends its headers', host],
    ['never ends its body', `${post}Content-Length: 10\r\n\r\n{`],
  ])('the connection that %s for the longest is closed', async (_, bytes) => {
    await listen(reading, { connections: 3 });
    const first = await hold(bytes);
    const ended = new Promise((resolve) => first.once('close', resolve));
    for (let i = 0; i < 20; i += 1) await hold(bytes);
    expect(await talk(`${host}Connection: close\r\n\r\n`)).toMatch(/^HTTP\/1.1 200 /);
    await ended;
  });

  test('the connection that reads no response is closed', async () => {
    let answers = 0;
    await listen((request, response) => ((answers += 1) <= 2 ? much : reading)(request, response), {
      ...{ connections: 2, grace: 10 },
    });
    const ends = [endOfDeaf(), endOfDeaf()];
    while (answers < 2) await new Promise((resolve) => setImmediate(resolve));
    for (let i = 0; i < 2; i += 1)
      expect(await talk(`${host}Connection: close\r\n\r\n`)).toMatch(/^HTTP\/1.1 200 /);
    await Promise.race(ends);
    await own.close();
    await Promise.all(ends);
  });

  test('connections being answered stay, and the new one is refused', async () => {
    const finish: (() => void)[] = [];
    const arrived = new Promise<void>((resolve) => {
      void listen(
        (_, response) => {
          finish.push(() => void response.end('done'));
          if (finish.length === 3) resolve();
        },
        { connections: 3 },
      ).then(() => {
        for (let i = 0; i < 3; i += 1) answers.push(talk(`${host}Connection: close\r\n\r\n`));
      });
    });
    const answers: Promise<string>[] = [];
    await arrived;
    expect(await talk(`${host}Connection: close\r\n\r\n`)).toBe('');
    for (const end of finish) end();
    for (const answer of await Promise.all(answers)) expect(answer).toMatch(/done$/);
  });
});

test('idle connections do not delay the shutdown', async () => {
  await listen(reading, { grace: 60_000 });
  const silent = talk('');
  const halfway = talk(host);
  expect(await talk(`${host}Connection: close\r\n\r\n`)).toMatch(/^HTTP\/1.1 200 /);
  expect(await own.close()).toBe(true);
  expect([await silent, await halfway]).toEqual(['', '']);
});

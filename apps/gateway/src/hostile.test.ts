import type { Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { brotliCompressSync } from 'node:zlib';
import fc from 'fast-check';
import request from 'supertest';
import { gatewayWith } from './testing/fakes';

describe('whatever a client sends', () => {
  let server: Server;
  let port: number;
  beforeAll(async () => {
    server = gatewayWith().app.listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    ({ port } = server.address() as AddressInfo);
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  /** Sends bytes, and returns the status of the response. */
  const raw = (bytes: string | Buffer): Promise<number> =>
    new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => void socket.write(bytes));
      let text = '';
      socket.on('data', (chunk) => (text += chunk.toString('latin1')));
      socket.on('error', reject);
      socket.on('close', () => resolve(Number(text.split(' ')[1])));
    });

  const post = (body: Buffer, headers = 'Content-Type: application/json'): Promise<number> =>
    raw(
      Buffer.concat([
        Buffer.from(
          `POST /products/1/events HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${headers}\r\nContent-Length: ${body.length}\r\n\r\n`,
        ),
        body,
      ]),
    );

  test.each([
    ['/products/%/state', 400],
    ['/products/%ff/state', 400],
    ['/products/1/state?asOf=%', 400],
    ['/products/1/state?%', 400],
    ['/products/1/state?__proto__=1', 400],
    ['/products/1/state?constructor[prototype]=1', 400],
    ['/problems/%c0%80', 400],
    ['//', 404],
    ['/products//state', 404],
    // Dot segments are not ids; most clients would not even send them.
    ['/products/../state', 400],
    ['/products/./state', 400],
    ['/products/%2E%2e/state', 400],
    ['/products/%2E%2E%2F/state', 200],
    ['http://[/products', 404],
    ['*', 404],
    [`/${'a'.repeat(8000)}`, 404],
  ])('GET %s is %i', async (target, status) => {
    expect(await raw(`GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)).toBe(status);
  });

  test.each<[string, Buffer, number]>([
    ['invalid UTF-8', Buffer.from([0x22, 0xff, 0x22]), 400],
    ['UTF-16', Buffer.from('{"a":1}', 'utf16le'), 400],
    ['a NUL', Buffer.from('{"a":"\0"}'), 400],
    ['deep arrays', Buffer.from('['.repeat(60_000)), 400],
    ['deep objects', Buffer.from('{"a":'.repeat(10_000)), 400],
    ['a huge exponent', Buffer.from('{"a":1e999999999}'), 400],
    ['many digits', Buffer.from(`{"quantity":${'9'.repeat(60_000)}}`), 201],
    ['keys of prototypes', Buffer.from('{"__proto__":{"a":1},"constructor":{"prototype":{}}}'), 201],
    ['a lone surrogate', Buffer.from('"\\ud800"'), 201],
    ['a byte order mark', Buffer.from('\ufeff{"a":1}'), 201],
    ['null', Buffer.from('null'), 201],
    ['white space', Buffer.from('  \n'), 400],
  ])('a body of %s is %s', async (_, body, status) => {
    expect(await post(body)).toBe(status);
  });

  test('headers of any kind never cause an internal error', async () => {
    const body = Buffer.from('{"a":1}');
    expect(await post(body, 'Content-Type: ;;;=')).toBe(415);
    expect(await post(body, 'Content-Type: application/json; charset=')).toBe(415);
    expect(
      await post(brotliCompressSync(body), 'Content-Type: application/json\r\nContent-Encoding: br'),
    ).toBe(415);
    expect(await post(body, 'Content-Type: application/json\r\nIdempotency-Key: \xff\xfe')).toBe(201);
    expect(await post(body, 'Content-Type: application/json\r\nIf-Match: "1"\r\nIf-Match: "2"')).toBe(201);
  });

  test('a body that never ends is refused at its limit', async () => {
    const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
    const head =
      'POST /products/1/events HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Type: application/json\r\n\r\n';
    expect(await raw(head + chunk.repeat(17))).toBe(413);
  });

  test('nothing leads to a 500', async () => {
    const app = request(server);
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.json(),
          fc.string(),
          fc.jsonValue().map((value) => JSON.stringify(value)),
        ),
        fc.webQueryParameters(),
        fc.string(),
        async (body, query, tag) => {
          const headers = /^[\x21-\x7e]+$/.test(tag) ? { 'If-Match': tag, 'If-None-Match': tag } : {};
          const posted = await app.post(`/products/1/events?${query}`).set(headers).type('json').send(body);
          const got = await app.get(`/products/1/events?${query}`).set(headers);
          expect(posted.status).toBeLessThan(500);
          expect(got.status).toBeLessThan(500);
        },
      ),
      { numRuns: 50 },
    );
  });
});

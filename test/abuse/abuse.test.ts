import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Api } from '../support/api';
import { startServer, type RunningServer } from '../support/processes';
import { startAbusers, type Abuse } from './abusers';

jest.setTimeout(120_000);

/** Short, so that the abusers are cut off soon; the defaults are in the operations guide. */
const SETTINGS = {
  HEADERS_TIMEOUT: '1',
  REQUEST_TIMEOUT: '2',
  UNREAD_TIMEOUT: '2',
  MAX_CONNECTIONS: '400',
  MAX_REQUESTS_PER_SOCKET: '200',
  SHUTDOWN_GRACE: '5',
};

const get = 'GET /products/abused/state HTTP/1.1\r\nHost: localhost\r\n';
const post = 'POST /products/abused/events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';
const chunked = `${post}Transfer-Encoding: chunked\r\n\r\n`;

const abuses: readonly (readonly [string, number, Abuse])[] = [
  ['connections that send nothing', 1_000, { opening: '' }],
  ['headers that come byte by byte', 300, { opening: `${get}X: `, drip: 'x' }],
  ['headers that come line by line', 300, { opening: get, drip: 'X: x\r\n' }],
  ['bodies that come byte by byte', 300, { opening: `${post}Content-Length: 50000\r\n\r\n{`, drip: ' ' }],
  ['headers that are too large', 100, { opening: `${get}X: ${'x'.repeat(1_000_000)}\r\n\r\n` }],
  ['headers without end', 50, { opening: get, drip: `X: ${'x'.repeat(10_000)}\r\n` }],
  [
    'bodies that are too large',
    50,
    { opening: `${post}Content-Length: 1000000000\r\n\r\n`, drip: 'x'.repeat(50_000) },
  ],
  ['chunks without end', 50, { opening: chunked, drip: `8000\r\n${'x'.repeat(0x8000)}\r\n` }],
  ['chunks of one byte', 100, { opening: chunked, drip: '1\r\nx\r\n' }],
  ['chunks whose length is none', 300, { opening: `${chunked}xyz\r\n{}\r\n0\r\n\r\n` }],
  [
    'chunks with a length as well',
    300,
    { opening: `${post}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n` },
  ],
  ['requests sent ahead by the thousand', 10, { opening: `${get}\r\n`.repeat(1_000) }],
  // Who reads nothing learns of its end when it sends.
  [
    'answers that nobody reads',
    10,
    { opening: 'GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(1_000), drip: 'x', deaf: true },
  ],
  ['another protocol', 300, { opening: '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03' + '\0'.repeat(500) }],
];

let server: RunningServer;
let api: Api;
let port: number;
let appended = 0;
const dataDir = mkdtempSync(join(tmpdir(), 'hindsight-abuse-'));

beforeAll(async () => {
  server = await startServer(dataDir, SETTINGS);
  api = new Api(server.url);
  port = Number(new URL(server.url).port);
  await api.append('abused', { eventType: 'productReceived', quantity: 1 });
});
afterAll(async () => {
  await server.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

/** What others do meanwhile; each request on a connection of its own. */
async function ordinaryRequests(): Promise<number[]> {
  const client = new Api(api.url, { connection: 'close' });
  const statuses: number[] = [];
  for (let i = 0; i < 10; i += 1) {
    const event = { eventType: 'productReceived', quantity: 1 };
    statuses.push((await client.append('ordinary', event)).status);
    appended += 1;
    statuses.push((await client.state('ordinary')).status);
  }
  return statuses;
}

describe.each(abuses)('%s', (_, count, abuse) => {
  test(`on ${count} connections: others are served, and every one is cut off`, async () => {
    const abusers = startAbusers(port, count, abuse);
    try {
      const statuses = await ordinaryRequests();
      expect(statuses).toEqual(Array.from({ length: 10 }, () => [201, 200]).flat());
      // A timeout of the test says that somebody was not.
      await abusers.ended;
      expect(abusers.cutOff()).toBe(count);
      expect(abusers.answers()).not.toMatch(/HTTP\/1.1 5(?!03)/);
    } finally {
      abusers.stop();
    }
  });
});

test('nothing of it is in the log, and all of the others is', async () => {
  const { body } = await api.state('ordinary');
  expect(body).toMatchObject({ version: appended, state: { quantity: String(appended) } });
  expect((await api.state('abused')).body.version).toBe(1);
});

test('and the server still ends in order', async () => {
  const idle = startAbusers(port, 100, { opening: '' });
  await server.stop();
  expect((await server.ended).code).toBe(0);
  await idle.ended;
});

import type { RequestListener } from 'node:http';
import { ownListener } from '../testing/own-listener';

const { listen, talk } = ownListener();
const host = 'GET / HTTP/1.1\r\nHost: x\r\n';
const post = 'POST / HTTP/1.1\r\nHost: x\r\n';

describe('a response belongs to its request', () => {
  /** Answers what the path says, once the test allows it. */
  let release: (path: string) => void;
  let paths: string[];
  const waiting: RequestListener = (request, response) => {
    paths.push(request.url ?? '');
    const answers = new Map([['/tail', () => response.end()]]);
    if (request.url === '/tail') response.write('begun;');
    const finish = answers.get(request.url ?? '') ?? (() => response.end(`answer of ${request.url};`));
    const before = release;
    release = (path) => (path === request.url ? finish() : before(path));
  };
  const to = (path: string, more = ''): string => `GET ${path} HTTP/1.1\r\nHost: x\r\n${more}\r\n`;
  const until = async (holds: () => boolean): Promise<void> => {
    while (!holds()) await new Promise((resolve) => setImmediate(resolve));
  };
  const statuses = (text: string) => text.match(/HTTP\/1.1 \d+/g)?.map((line) => Number(line.slice(9)));
  beforeEach(() => {
    [release, paths] = [() => undefined, []];
  });

  test.each<[string, string, number[], string[]]>([
    ['garbage', 'GARBAGE\r\n\r\n', [200, 200, 400], []],
    ['headers that are too large', `${host}X: ${'x'.repeat(20_000)}\r\n\r\n`, [200, 200, 431], []],
    ['headers that never end', `${host}X: `, [200, 200, 408], []],
    [
      'a body that is no valid chunk',
      `${post}Transfer-Encoding: chunked\r\n\r\nzz\r\n`,
      [200, 200, 400],
      ['/'],
    ],
    ['a body that never ends', `${post}Content-Length: 9\r\n\r\n{`, [200, 200, 408], ['/']],
    ['a tunnel', 'CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n', [200, 200, 405], []],
  ])('%s after two requests waits for their responses', async (_, bytes, expected, behind) => {
    await listen(waiting, { headersTimeout: 100, requestTimeout: 150 });
    let refused = false;
    const answer = talk(to('/a'), to('/b'), bytes).finally(() => (refused = true));
    await until(() => paths.length === 2 + behind.length);
    // Long enough for any premature response of the server.
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(refused).toBe(false);
    release('/b');
    release('/a');
    const text = await answer;
    expect(statuses(text)).toEqual(expected);
    expect(text).toMatch(/answer of \/a;[^]*answer of \/b;[^]*"status":4/);
    expect(paths).toEqual(['/a', '/b', ...behind]);
  });

  test('garbage after a running tail is not written into it', async () => {
    await listen(waiting);
    const answer = talk(to('/tail'), 'GARBAGE\r\n\r\n', 'GARBAGE\r\n\r\n');
    await until(() => paths.length === 1);
    await new Promise((resolve) => setTimeout(resolve, 100));
    release('/tail');
    const text = await answer;
    expect(text).toMatch(/begun;\r\n0\r\n\r\nHTTP\/1.1 400 /);
    expect(statuses(text)).toEqual([200, 400]);
  });

  test('garbage after a response that closes the connection gets none', async () => {
    await listen(waiting);
    const answer = talk(to('/a', 'Connection: close\r\n'), 'GARBAGE\r\n\r\n');
    await until(() => paths.length === 1);
    release('/a');
    expect(statuses(await answer)).toEqual([200]);
  });

  test('a request that was answered before its body turned out to be invalid gets one response', async () => {
    await listen((request, response) => void response.writeHead(401).end('early'));
    const text = await talk(`${post}Transfer-Encoding: chunked\r\n\r\n`, 'zz\r\n');
    expect(statuses(text)?.[0]).toBe(401);
    expect(statuses(text)?.length).toBeLessThanOrEqual(2);
  });

  test('nothing after an invalid request is read', async () => {
    await listen(waiting);
    const answer = talk(to('/a'), 'GARBAGE\r\n\r\n', to('/smuggled'));
    await until(() => paths.length === 1);
    release('/a');
    expect(statuses(await answer)).toEqual([200, 400]);
    expect(paths).toEqual(['/a']);
  });
});

test.each(['gzip, chunked', 'chunked, identity', 'xchunked', 'gzip'])(
  'Transfer-Encoding: %s is refused, not ignored',
  async (coding) => {
    const passed = jest.fn();
    await listen((_, response) => void response.end(passed()));
    const text = await talk(`${post}Transfer-Encoding: ${coding}\r\n\r\n2\r\n{}\r\n0\r\n\r\n`);
    expect(text).toMatch(/^HTTP\/1.1 400 [^]*application\/problem\+json/);
    expect(passed).not.toHaveBeenCalled();
  },
);

import { connect, type Socket } from 'node:net';
import { ownListener } from '../testing/own-listener';

const own = ownListener();
const { listen, talk } = own;
const host = 'GET / HTTP/1.1\r\nHost: x\r\n';

describe('responses that clients do not read', () => {
  const open = (path: string): Promise<Socket> =>
    new Promise((resolve) => {
      const socket = connect(own.port, '127.0.0.1', () => {
        socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
        resolve(socket.pause());
      });
      socket.on('error', () => undefined);
    });

  test('are limited in bytes: the oldest is closed', async () => {
    const ends: Promise<string>[] = [];
    await listen(
      (request, response) => {
        const { url = '' } = request;
        ends.push(new Promise((resolve) => response.once('close', () => resolve(url))));
        response.end(url === '/small' ? 'small' : Buffer.alloc(10_000_000));
      },
      { unreadBytes: 25_000_000, grace: 10 },
    );
    const sockets: Socket[] = [];
    for (const path of ['/1', '/2', '/3', '/4', '/5']) sockets.push(await open(path));
    // What the operating system buffers of each response does not count.
    expect(new Set([await Promise.race(ends), await Promise.race(ends.slice(1))])).toEqual(
      new Set(['/1', '/2']),
    );
    expect(await talk('GET /small HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')).toMatch(/small$/);
    for (const socket of sockets) socket.destroy();
    await Promise.all(ends);
  });

  test('are closed only above the limit', async () => {
    await listen((_, response) => void response.end(Buffer.alloc(10_000_000, 'x')), {
      unreadBytes: 15_000_000,
    });
    const read = async (): Promise<number> => (await talk(`${host}Connection: close\r\n\r\n`)).length;
    for (let i = 0; i < 5; i += 1) expect(await read()).toBeGreaterThan(10_000_000);
  });
});

import { connect, type Socket } from 'node:net';
import { fakeViews, gatewayWith, state, reference } from '../testing/fakes';
import { ownListener } from '../testing/own-listener';

const sockets: Socket[] = [];
// Before the server is closed, which waits for them.
afterEach(() => sockets.splice(0).forEach((socket) => socket.destroy()));
const listener = ownListener();

const get = (path: string) => fetch(`http://127.0.0.1:${listener.port}${path}`);
/** As many lists and rows as are read at once. */
const others = async () => {
  const paths = ['/products/100/events', '/products/100/timeline', '/products', '/events', '/stock'];
  return Promise.all(paths.map(async (path) => (await get(path)).status));
};
const FINE = [200, 200, 200, 200, 200];

test('requests that wait for the views hold up nobody who does not', async () => {
  let shown = false;
  let looks = 0;
  const shows = () => {
    looks += 1;
    return Promise.resolve(shown);
  };
  await listener.listen(
    gatewayWith({ views: fakeViews({ shows }), settings: { longestIndexing: 60_000 } }).app,
  );
  const waiting = Array.from({ length: 60 }, () => get('/products?atLeast=lamp:9'));
  // As many as may wait at once have begun to.
  while (looks < 32) await new Promise((resolve) => setImmediate(resolve));
  expect(await others()).toEqual(FINE);
  shown = true;
  expect(await Promise.all(waiting.map(async (one) => (await one).status))).toEqual(waiting.map(() => 200));
});

test('exports whose clients read nothing hold up nobody, and have a limit of their own', async () => {
  const rows = Array.from({ length: 200 }, (_, index) => ({
    ...{ productId: `p${index}`, version: 3, lastEffectiveAt: reference.effectiveAt },
    state: { ...state, color: 'x'.repeat(128) },
  }));
  let parts = 0;
  const views = fakeViews({
    // Without end.
    async *stock() {
      for (;;) {
        parts += 1;
        yield await Promise.resolve({ rows, last: 'p199' });
      }
    },
  });
  await listener.listen(gatewayWith({ views }).app);
  const ask = () => {
    const socket = connect(listener.port, '127.0.0.1', () =>
      socket.write('GET /stock?format=csv HTTP/1.1\r\nHost: x\r\n\r\n'),
    );
    sockets.push(socket.pause());
  };
  for (let i = 0; i < 32; i += 1) ask();
  // All have begun, and all of them wait for their clients.
  let before = -1;
  while (parts < 32 || parts !== before) {
    before = parts;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  expect(await others()).toEqual(FINE);
  const refused = await get('/stock?format=ndjson');
  expect([refused.status, await refused.json()]).toMatchObject([503, { type: '/problems/too-many-streams' }]);
});

import { Problem } from '../problems';
import { fakeAppender, gatewayWith } from '../testing/fakes';
import { ownListener } from '../testing/own-listener';

const { listen, talk } = ownListener();
const EVENT = '{"eventType":"productReceived","quantity":1}';
const appender = fakeAppender();
afterEach(() => appender.requests.splice(0));

const post = (length: number, more = '', type = 'application/json'): string =>
  `POST /products/100/events HTTP/1.1\r\nHost: x\r\nContent-Type: ${type}\r\nExpect: 100-continue\r\n` +
  `${more}Content-Length: ${length}\r\n\r\n`;
const statuses = (text: string) => text.match(/HTTP\/1.1 \d+/g)?.map((line) => Number(line.slice(9)));

test('a client that holds its body back is asked for it, and its connection lasts', async () => {
  await listen(gatewayWith({ appender }).app);
  const last = 'GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';
  expect(statuses(await talk(post(EVENT.length), EVENT, last))).toEqual([100, 201, 200]);
  expect(appender.requests).toHaveLength(1);
});

test('one whose body would be too large is refused at once, and never asked', async () => {
  await listen(gatewayWith({ appender }).app);
  // More than the limit of a body, and less than what would be read and thrown away.
  expect(statuses(await talk(post(70_000)))).toEqual([413]);
});

test('one without a token is refused at once, and what it sends nevertheless is no request', async () => {
  const authenticate = () => Promise.reject(new Problem('unauthenticated', 'send a token'));
  await listen(gatewayWith({ appender, authenticate }).app);
  const smuggled = 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n';
  expect(statuses(await talk(post(smuggled.length), smuggled))).toEqual([401]);
  expect(appender.requests).toEqual([]);
});

test('so is one at an address that takes no body', async () => {
  await listen(gatewayWith({ appender }).app);
  const text = await talk(post(2).replace('/products/100/events', '/nowhere'), '{}');
  expect(statuses(text)).toEqual([404]);
});

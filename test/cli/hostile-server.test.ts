import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { runHindsight } from '../support/hindsight';

jest.setTimeout(60_000);

/** Sets the title of a window, colors and clears it, and turns the text behind it around. */
const ACTING = 'A\u001b]0;title\u0007\u001b[31m\u009b2J\u202eB';
const SHOWN = String.raw`A\u001b]0;title\u0007\u001b[31m\u009b2J\u202eB`;

const state = { productId: 'p', quantity: '1', name: ACTING, status: 'available' };
const event = {
  ...{ eventId: ACTING, eventType: 'productReceived', version: 1, quantity: '1', recordedBy: ACTING },
  ...{ effectiveAt: '2026-01-01T00:00:00.000Z', recordedAt: '2026-01-01T00:00:00.000Z' },
  metadata: { [ACTING]: ACTING },
};
const entry = { effectiveAt: ACTING, event, state, changed: [ACTING] };

const endless = (response: ServerResponse): void => {
  const send = (): void => {
    while (response.write('x'.repeat(65_536)));
  };
  response.on('drain', send);
  send();
};

const stream = (response: ServerResponse, ...lines: readonly string[]): void => {
  response.setHeader('content-type', 'text/event-stream');
  response.write(lines.join('\n'));
};

/** What the server does, by the product that it is asked for. */
const answers: Record<string, (response: ServerResponse, request: IncomingMessage) => unknown> = {
  acting: (response, { url = '', method }) => {
    const page = { productId: 'p', events: [event], entries: [entry], nextCursor: ACTING };
    const one = { productId: 'p', asOf: ACTING, version: 1, state, lastEvent: event };
    const appended = { ...one, events: [event], notices: [{ code: 'x', detail: ACTING }] };
    if (url.includes('/stream')) return stream(response, `data: ${JSON.stringify(event)}`, '', '');
    return response.end(JSON.stringify(method === 'POST' ? appended : url.includes('/state') ? one : page));
  },
  refusing: (response) => {
    const errors = [{ path: ACTING, message: ACTING }];
    response.writeHead(422).end(JSON.stringify({ title: ACTING, detail: ACTING, errors }));
  },
  moved: (response) => response.writeHead(301, { location: 'http://other.example/x' }).end(),
  kept: (response) => response.writeHead(307, { location: '//other.example/x' }).end(),
  endless,
  endlessProblem: (response) => endless(response.writeHead(500)),
  endlessMessage: (response) => {
    stream(response, 'data: ');
    endless(response);
  },
  page: (response) => response.setHeader('content-type', 'text/html').end('<html>hello</html>'),
  nothing: (response) => response.end('null'),
  other: (response) => response.end('{"hello":"world"}'),
};

let server: Server;
let url: string;
const appends: string[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    request.resume();
    response.on('error', () => undefined).setHeader('content-type', 'application/json');
    const product = (request.url ?? '').split('/')[2] ?? '';
    if (request.method === 'POST') appends.push(product);
    answers[product]?.(response, request);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const run = (...args: readonly string[]) => runHindsight(args, { HINDSIGHT_URL: url });
const RECEIPT = '{"eventType":"productReceived","quantity":1}';
const append = (product: string): string[] => ['append', product, RECEIPT];

// eslint-disable-next-line no-control-regex -- what must not come through
const CONTROLS = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/;

test.each([
  ['state', 'acting'],
  ['state', 'acting', '--json'],
  ['events', 'acting'],
  ['timeline', 'acting'],
  append('acting'),
  ['state', 'refusing'],
  ['tail', 'acting', '--after', '0', '--count', '1'],
  ['tail', 'acting', '--after', '0', '--count', '1', '--json'],
])('what a terminal would act on is shown instead: %s %s %s', async (...args) => {
  const { out, complaints } = await run(...args);
  expect(out + complaints).toContain(SHOWN);
  expect(out + complaints).not.toMatch(CONTROLS);
});

test('JSON with such text means the same', async () => {
  const { out } = await run('state', 'acting', '--json');
  expect(JSON.parse(out)).toMatchObject({ state: { name: ACTING } });
});

test.each([['state', 'moved'], append('moved'), append('kept'), ['tail', 'moved']])(
  'a redirection is reported and not followed, which would turn an append into a question: %s %s',
  async (...args) => {
    const { code, complaints } = await run(...args);
    expect([code, complaints]).toEqual([
      2,
      `hindsight: ${url} redirects to http://other.example: if that is the service, name it by --url\n`,
    ]);
  },
);

test.each([['state', 'endless'], append('endless'), ['state', 'endlessProblem'], ['tail', 'endlessMessage']])(
  'a response without end is not kept: %s %s',
  async (...args) => {
    expect((await run(...args)).code).toBe(3);
  },
);

test.each([
  ['state', 'page'],
  ['state', 'nothing'],
  ['state', 'other'],
  ['events', 'other'],
  append('other'),
])('what is not Hindsight is called so: %s %s', async (...args) => {
  const { code, complaints } = await run(...args);
  expect([code, complaints]).toEqual([
    3,
    `hindsight: what answers at ${url} is not Hindsight: it sent something else\n`,
  ]);
});

test('no append was repeated', () => {
  expect(appends.sort()).toEqual(['acting', 'endless', 'kept', 'moved', 'other']);
});

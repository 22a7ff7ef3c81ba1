import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createClient, type Client, type ClientOptions, type ImportEvent } from '@hindsight/import';
import { createExchange } from './http';

type Reply = (response: ServerResponse, request: IncomingMessage) => void;

const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Reply =>
  (response) =>
    void response
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(JSON.stringify(body));
const hangUp: Reply = (response) => void response.destroy();
const breakOff: Reply = (response) => {
  response.writeHead(201, { 'content-length': '100' }).write('{', () => response.destroy());
};

const events: ImportEvent[] = [
  { eventId: '1/1', eventType: 'productShipped', effectiveAt: '2010-12-01T08:26:00.000Z', quantity: '1' },
];
const recordedAt = '2026-11-28T09:00:00.000Z';
const stored = json(201, { events: [{ version: 4, recordedAt }] });

/** A server that gives these replies, one a request, and then the last for ever. */
async function withServer(
  replies: readonly Reply[],
  use: (client: Client, seen: { urls: string[]; bodies: string[]; pauses: number[] }) => Promise<void>,
  options: Partial<ClientOptions> & { readonly token?: string; readonly timeoutMs?: number } = {},
): Promise<void> {
  const seen = { urls: [] as string[], bodies: [] as string[], pauses: [] as number[] };
  const server = createServer((request, response) => {
    const reply = replies[Math.min(seen.urls.push(`${request.method} ${request.url}`), replies.length) - 1]!;
    let body = '';
    request.setEncoding('utf8').on('data', (part: string) => (body += part));
    request.on('end', () => {
      seen.bodies.push(body);
      reply(response, request);
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  const pause = (ms: number) => {
    seen.pauses.push(ms);
    return Promise.resolve();
  };
  try {
    const url = `http://127.0.0.1:${port}/base/`;
    const { signal } = new AbortController();
    const exchange = createExchange(options.token, options.timeoutMs);
    await use(createClient({ url, exchange, signal, pause, random: () => 0.5, ...options }), seen);
  } finally {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  }
}

describe('append', () => {
  test('posts the events as an array and answers how many are new', () =>
    withServer([stored], async (client, seen) => {
      expect(await client.append('BANK CHARGES', events, 'flag')).toEqual({
        stored: true,
        fresh: 1,
      });
      expect(seen.urls).toEqual(['POST /base/products/BANK%20CHARGES/events?onConflict=flag']);
      expect(JSON.parse(seen.bodies[0]!)).toEqual(events);
    }));

  test('sends the same again after a lost connection, a lost answer and a busy server', () =>
    withServer([hangUp, breakOff, json(502, {}), stored], async (client, seen) => {
      expect(await client.append('a', events, 'reject')).toEqual({ stored: true, fresh: 1 });
      expect(new Set(seen.bodies).size).toBe(1);
      expect(seen.pauses).toEqual([100, 200, 400]);
    }));

  test('knows a repetition by its status, unless a try of its own may have been the first', async () => {
    const repeated = json(200, { events: [{ version: 4, recordedAt }] });
    await withServer([repeated], async (client) => {
      expect(await client.append('a', events, 'reject')).toMatchObject({ fresh: 0 });
    });
    await withServer([hangUp, repeated], async (client) => {
      expect(await client.append('a', events, 'reject')).toMatchObject({ fresh: 1 });
    });
  });

  test.each([
    ['3', 3_000],
    ['3600', 30_000],
    ['0', 100],
    ['soon', 100],
    [new Date(0).toUTCString(), 100],
  ])('waits as Retry-After: %s asks, within bounds', (header, ms) =>
    withServer([json(503, {}, { 'retry-after': header }), stored], async (client, seen) => {
      await client.append('a', events, 'reject');
      expect(seen.pauses).toEqual([ms]);
    }),
  );

  test('gives up after a bounded number of tries', () =>
    withServer(
      [json(429, { title: 'Too fast' })],
      async (client, seen) => {
        await expect(client.append('a', events, 'reject')).rejects.toMatchObject({
          name: 'ServerUnavailable',
          message: expect.stringMatching(/was tried 3 times: 429; Too fast$/),
        });
        expect([seen.urls.length, seen.pauses.length]).toEqual([3, 2]);
      },
      { tries: 3 },
    ));

  test('counts silence as a lost connection', () =>
    withServer(
      [() => undefined],
      async (client) => {
        await expect(client.append('a', events, 'reject')).rejects.toMatchObject({
          name: 'ServerUnavailable',
          message: expect.stringMatching(/no answer within 0.02 s$/),
        });
      },
      { timeoutMs: 20, tries: 2 },
    ));

  test('a refusal is final and is reported in full', () =>
    withServer(
      [
        json(422, {
          type: '/problems/invalid-event',
          title: 'Invalid event',
          detail: 'One field',
          errors: [{ path: 'quantity', message: 'is required' }],
        }),
      ],
      async (client, seen) => {
        expect(await client.append('a', events, 'reject')).toEqual({
          stored: false,
          problem: 'invalid-event',
          why: '422; Invalid event; One field; quantity is required',
        });
        expect(seen.urls).toHaveLength(1);
      },
    ));

  test('a refusal without a problem document is still one', () =>
    withServer([(response) => void response.writeHead(404).end('nothing')], async (client) => {
      expect(await client.append('a', events, 'reject')).toEqual({ stored: false, problem: '', why: '404' });
    }));

  test('does not take any answer for a success', () =>
    withServer([(response) => void response.end('<html>')], async (client) => {
      await expect(client.append('a', events, 'reject')).rejects.toMatchObject({ name: 'ServerUnavailable' });
    }));

  test('an interruption ends the pause', () => {
    const stop = new AbortController();
    const busy: Reply = (response) => {
      response.writeHead(503, { 'retry-after': '30' }).end();
      stop.abort();
    };
    const { signal } = stop;
    const options = { signal, pause: undefined } as unknown as Partial<ClientOptions>;
    return withServer(
      [busy],
      async (client) => {
        await expect(client.append('a', events, 'reject')).rejects.toMatchObject({ name: 'AbortError' });
      },
      options,
    );
  });
});

test('counts the events of an append that the log did not have', () =>
  withServer(
    [
      json(201, {
        events: [
          { version: 2, recordedAt: '2026-11-27T09:00:00.000Z' },
          { version: 4, recordedAt },
          { version: 5, recordedAt },
        ],
      }),
    ],
    async (client) => {
      expect(await client.append('a', events, 'reject')).toEqual({ stored: true, fresh: 2 });
    },
  ));

test.each([401, 403])('status %p ends the run, for every other request would be refused as well', (status) =>
  withServer([json(status, { title: 'Forbidden' })], async (client) => {
    const expected = { name: 'NotAllowed', message: `${status}; Forbidden` };
    await expect(client.append('a', events, 'reject')).rejects.toMatchObject(expected);
    await expect(listed(client.recorded('a'))).rejects.toMatchObject(expected);
  }),
);

async function listed(events: AsyncIterable<unknown>): Promise<unknown[]> {
  const all: unknown[] = [];
  for await (const event of events) all.push(event);
  return all;
}

describe('events', () => {
  const page = (nextCursor: string | null) =>
    json(200, { events: [{ eventId: nextCursor ?? 'last' }], nextCursor });

  test('come page by page', () =>
    withServer([page('c1'), page(null)], async (client, seen) => {
      expect(await listed(client.recorded('a/b'))).toEqual([{ eventId: 'c1' }, { eventId: 'last' }]);
      expect(seen.urls).toEqual([
        'GET /base/products/a%2Fb/events?limit=200',
        'GET /base/products/a%2Fb/events?limit=200&cursor=c1',
      ]);
    }));

  test('that count come by effective time', () =>
    withServer([page(null)], async (client, seen) => {
      await listed(client.effective('a', '2026-11-01T00:00:00.000Z', '2026-11-02T00:00:00.000Z'));
      expect(seen.urls[0]).toMatch(
        /events\?order=effective&from=2026-11-01T00%3A00%3A00.000Z&to=2026-11-02T/,
      );
    }));

  test('of no product are none', () =>
    withServer([json(404, {})], async (client) => {
      expect(await listed(client.recorded('a'))).toEqual([]);
    }));

  test('any other answer ends the run', () =>
    withServer([json(500, { title: 'Internal server error' })], async (client) => {
      await expect(listed(client.recorded('a'))).rejects.toMatchObject({
        name: 'ServerUnavailable',
        message: expect.stringMatching(/^the events at .*: 500; Internal server error$/),
      });
    }));
});

describe('greet', () => {
  test('asks once for a healthy server', () =>
    withServer([json(200, {}), json(503, {})], async (client, seen) => {
      await client.greet();
      await expect(client.greet()).rejects.toMatchObject({ name: 'ServerUnavailable' });
      expect(seen.urls).toEqual(['GET /base/healthz', 'GET /base/healthz']);
    }));

  test('reports the address if no server answers', () =>
    withServer([hangUp], async (client) => {
      await expect(client.greet()).rejects.toMatchObject({
        name: 'ServerUnavailable',
        message: expect.stringMatching(/^no server answers at http:\/\/127\.0\.0\.1:\d+\/base: /),
      });
    }));
});

test('says who asks, with every request that the server may want to know it of', async () => {
  const seen: unknown[] = [];
  const noted: Reply = (response, request) => {
    seen.push(request.headers.authorization);
    (request.method === 'GET' ? json(404, {}) : stored)(response, request);
  };
  await withServer(
    [noted],
    async (client) => {
      await listed(client.recorded('a'));
      await client.append('a', events, 'reject');
    },
    { token: 'secret' },
  );
  expect(seen).toEqual(['Bearer secret', 'Bearer secret']);
});

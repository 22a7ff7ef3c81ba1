import request from 'supertest';
import type { Dependencies } from '../app';
import { documentation } from '../testing/documented';
import { fakeLog, gatewayWith, recorded } from '../testing/fakes';

const { watch, undocumented } = documentation();
const client = (dependencies: Partial<Dependencies> = {}) =>
  watch(request.agent(gatewayWith(dependencies).app));

afterEach(() => expect(undocumented()).toEqual([]));

/** Sends a request, and returns the response and the call to the log. */
async function asked(
  address: string,
  log = fakeLog(),
): Promise<{ answer: request.Response; calls: unknown[] }> {
  const answer = await client({ log }).get(`/products/100/${address}`);
  return { answer, calls: log.calls };
}

const DAY = '2026-11-20T00:00:00.000Z';
const NEXT_DAY = '2026-11-21T00:00:00.000Z';

describe('the queries', () => {
  test.each([
    ['events', 'readRecorded', { direction: 'forward', limit: 50 }],
    [
      'events?order=recorded&direction=backward&limit=200',
      'readRecorded',
      { direction: 'backward', limit: 200 },
    ],
    [
      `events?from=${DAY}&to=${NEXT_DAY}`,
      'readRecorded',
      { direction: 'forward', limit: 50, from: DAY, to: NEXT_DAY },
    ],
    [
      'events?type=stockCounted&type=productShipped,productReceived&type=stockCounted',
      'readRecorded',
      { direction: 'forward', limit: 50, types: ['productReceived', 'productShipped', 'stockCounted'] },
    ],
    ['events?order=effective&version=2', 'readEffective', { direction: 'forward', limit: 50, version: 2 }],
    [
      `events?order=effective&knownAt=${DAY}`,
      'readEffective',
      { direction: 'forward', limit: 50, knownAt: DAY },
    ],
    [
      'events?from=2026-11-20&to=2026-11-20',
      'readRecorded',
      { direction: 'forward', limit: 50, from: DAY, to: NEXT_DAY },
    ],
    [
      'timeline?from=2026-11-20&to=2026-11-20&knownAt=2026-11-20&tz=Europe/Berlin',
      'timeline',
      {
        ...{
          direction: 'forward',
          limit: 50,
          from: '2026-11-19T23:00:00.000Z',
          to: '2026-11-20T23:00:00.000Z',
        },
        knownAt: '2026-11-20T22:59:59.999Z',
      },
    ],
    ['timeline', 'timeline', { direction: 'forward', limit: 50 }],
    [
      `timeline?knownAt=${DAY}&limit=1&from=${DAY}`,
      'timeline',
      { direction: 'forward', limit: 1, knownAt: DAY, from: DAY },
    ],
  ])('%s', async (address, method, options) => {
    const { answer, calls } = await asked(address);
    expect(answer.status).toBe(200);
    expect(calls).toEqual([[method, '100', options]]);
  });

  test.each([
    ['events?limit=0', 'limit', /1 to 200/],
    ['events?limit=201', 'limit', /1 to 200/],
    ['events?limit=ten', 'limit', /whole number/],
    ['events?order=newest', 'order', /recorded or effective/],
    ['events?direction=up', 'direction', /forward or backward/],
    ['events?type=productStolen', 'type', /productReceived/],
    ['events?type=', 'type', /productReceived/],
    ['events?version=1', 'version', /order=effective/],
    [`events?from=${NEXT_DAY}&to=${DAY}`, 'to', /later than from/],
    ['events?from=2026-11-21&to=2026-11-20', 'to', /later than from/],
    ['events?from=2026-02-30', 'from', /or a date/],
    ['events?to=2026-11', 'to', /or a date/],
    ['events?tz=Middle-earth', 'tz', /Europe.Berlin/],
    ['events?tz=+02:00', 'tz', /%2B02:00/],
    ['events?cursor=x', 'cursor', /unchanged/],
    ['events?cursor=', 'cursor', /unchanged/],
    ['events?cursor=bnVsbA', 'cursor', /unchanged/],
    ['timeline?order=recorded', 'order', /there are direction/],
    ['timeline?type=stockCounted', 'type', /there are direction/],
  ])('%s is 400', async (address, path, message) => {
    const { answer, calls } = await asked(address);
    expect(answer.status).toBe(400);
    expect(answer.body.errors).toEqual([{ path, message: expect.stringMatching(message) }]);
    expect(calls).toEqual([]);
  });
});

describe('pages', () => {
  const pages = () =>
    fakeLog({
      readRecorded: (_, { after }) =>
        Promise.resolve({ events: [recorded], ...(after === undefined && { next: '7' }) }),
    });
  const QUERY = 'events?type=stockCounted&limit=1&from=2026-11-20T01:00:00%2B01:00';

  test('link to the next by the cursor and by the link header, with the same query', async () => {
    const log = pages();
    const first = (await asked(QUERY, log)).answer;
    expect(first.body.events).toEqual([recorded]);
    const link =
      /^<(?<address>[^>]+)>; rel="next"$/.exec(first.headers['link'] ?? '')?.groups?.['address'] ?? '';
    expect(new URL(link, 'http://gateway').searchParams.get('cursor')).toBe(first.body.nextCursor);
    const second = await client({ log }).get(link).expect(200);
    expect(second.body.nextCursor).toBeNull();
    expect(second.headers['link']).toBeUndefined();
    const question = { direction: 'forward', limit: 1, from: DAY, types: ['stockCounted'] };
    expect(log.calls).toEqual([
      ['readRecorded', '100', question],
      ['readRecorded', '100', { ...question, after: '7' }],
    ]);
  });

  test('may change their size between requests', async () => {
    const log = pages();
    const { nextCursor } = (await asked('events', log)).answer.body;
    const { answer } = await asked(`events?limit=3&cursor=${nextCursor}`, log);
    expect(answer.status).toBe(200);
  });

  test('belong to one query about one product', async () => {
    const log = pages();
    const { nextCursor } = (await asked('events', log)).answer.body;
    for (const address of [
      '100/events?direction=backward',
      '100/events?order=effective',
      '100/timeline?limit=50',
      '101/events?limit=50',
    ]) {
      const separator = address.includes('?') ? '&' : '?';
      const { body } = await client({ log })
        .get(`/products/${address}${separator}cursor=${nextCursor}`)
        .expect(400);
      expect(body.errors[0].path).toBe('cursor');
    }
  });

  test('with a cursor that was tampered with are 400', async () => {
    const { nextCursor } = (await asked('events', pages())).answer.body;
    const opened = JSON.parse(Buffer.from(nextCursor, 'base64url').toString());
    const forged = Buffer.from(JSON.stringify({ ...opened, after: '9' })).toString('base64url');
    expect((await asked(`events?cursor=${forged}`)).answer.status).toBe(400);
  });

  test('at a position that the log cannot read are 400 as well', async () => {
    const { nextCursor } = (await asked('events', pages())).answer.body;
    for (const name of ['ValidationException', 'InvalidPosition']) {
      const log = fakeLog({ readRecorded: () => Promise.reject(Object.assign(new Error('no'), { name })) });
      expect((await asked(`events?cursor=${nextCursor}`, log)).answer.status).toBe(400);
    }
  });
});

describe('an empty list', () => {
  const nothing = () => Promise.resolve({ events: [] });
  const noEntries = () => Promise.resolve({ entries: [] });
  const some = () => Promise.resolve({ events: [recorded] });

  test.each([
    [
      'events?from=2026-11-20',
      { readRecorded: nothing, readEffective: some },
      /took effect: order=effective/,
    ],
    [
      'events?order=effective&to=2026-11-20',
      { readEffective: nothing, readRecorded: some },
      /recorded: order=recorded/,
    ],
    ['timeline?from=2026-11-20', { timeline: noEntries, readRecorded: some }, /recorded: order=recorded/],
    [
      'timeline?knownAt=2026-11-19',
      { timeline: noEntries, readRecorded: some },
      /knownAt is a time of recording.* recorded at 2026-11-20T09:00/,
    ],
  ])('%s says that its bounds fit the other time axis', async (address, log, hint) => {
    const { answer } = await asked(address, fakeLog(log));
    expect(answer.body).toMatchObject({ hint: expect.stringMatching(hint), nextCursor: null });
  });

  test.each([
    ['events?from=2026-11-20', { readRecorded: nothing, readEffective: nothing }],
    ['events', { readRecorded: nothing, readEffective: some }],
    ['events?order=effective&from=2026-11-20', { readEffective: nothing, readRecorded: nothing }],
    ['timeline?knownAt=2026-11-21', { timeline: noEntries, readRecorded: some }],
  ])('%s says nothing if nothing else is there', async (address, log) => {
    const { answer } = await asked(address, fakeLog(log));
    expect(answer.body).not.toHaveProperty('hint');
  });

  test('asks about the same types, and is not kept as settled', async () => {
    const log = fakeLog({ readRecorded: nothing });
    const { answer } = await asked('events?from=2026-01-01&to=2026-01-02&type=stockCounted', log);
    const span = { from: '2026-01-01T00:00:00.000Z', to: '2026-01-03T00:00:00.000Z' };
    const types = ['stockCounted'];
    expect(log.calls).toEqual([
      ['readRecorded', '100', { direction: 'forward', limit: 50, ...span, types }],
      ['readEffective', '100', { direction: 'forward', limit: 1, ...span, types }],
    ]);
    expect(answer.headers['cache-control']).toBe('no-cache');
  });
});

describe('what is not there', () => {
  const nothing = {
    readRecorded: () => Promise.resolve(undefined),
    readEffective: () => Promise.resolve(undefined),
    timeline: () => Promise.resolve(undefined),
  };

  test.each(['events', 'events?order=effective', 'timeline'])(
    '%s of an unknown product is 404',
    async (address) => {
      const { answer } = await asked(address, fakeLog(nothing));
      expect(answer.status).toBe(404);
      expect(answer.body.type).toBe('/problems/product-not-found');
    },
  );

  test('a version beyond the head is distinguished from an unknown product', async () => {
    const { answer } = await asked('timeline?version=9', fakeLog(nothing));
    expect(answer.body).toMatchObject({ type: '/problems/version-not-found', headVersion: 3 });
  });
});

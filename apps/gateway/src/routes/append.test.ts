import type { Server } from 'node:http';
import type { WorkflowRequest } from '@hindsight/workflow';
import request from 'supertest';
import type { Dependencies } from '../app';
import type { AppendOutcome } from '../appender';
import { documentation } from '../testing/documented';
import { adjustment, failed, fakeAppender, gatewayWith, result, state, succeeded } from '../testing/fakes';

const EVENT = { eventType: 'productReceived', quantity: '150' };
const { watch, undocumented } = documentation();
const client = (dependencies: Partial<Dependencies> = {}) =>
  watch(request.agent(gatewayWith(dependencies).app));

afterEach(() => expect(undocumented()).toEqual([]));

/** Sends one append whose execution ends in the given way. */
const appendEnding = (outcome: (request: WorkflowRequest) => Promise<AppendOutcome>) =>
  client({ appender: fakeAppender(outcome) })
    .post('/products/100/events')
    .send(EVENT);

describe('an append', () => {
  test('starts one execution with the product of the URL and the body as it came', async () => {
    const appender = fakeAppender();
    await client({ appender }).post('/products/100/events').send(EVENT).expect(201);
    expect(appender.requests).toEqual([{ productId: '100', body: EVENT, recordedBy: 'anonymous' }]);
  });

  test('answers 201 with the version as a tag and the address of the state at that version', async () => {
    const { body, headers } = await appendEnding(() => succeeded()).expect(201);
    expect(body).toEqual({ productId: '100', version: 3, events: result.events, state });
    expect(headers).toMatchObject({ etag: '"3"', location: '/products/100/state?version=3' });
    expect(headers['idempotent-replayed']).toBeUndefined();
  });

  test('passes the adjustment of a late append on', async () => {
    const { body } = await appendEnding(() => succeeded({ adjustment })).expect(201);
    expect(body.adjustment).toEqual(adjustment);
  });

  test('answers 200 and deduplicated when all of it was in the log before', async () => {
    const { headers, body } = await appendEnding(() => succeeded({ deduplicated: true })).expect(200);
    expect(headers).toMatchObject({ 'idempotent-replayed': 'true', etag: '"3"' });
    expect(body).toEqual({ productId: '100', version: 3, events: result.events, state });
  });

  test('answers a dry run with 200 and neither tag nor location, because no version was created', async () => {
    const appender = fakeAppender(() => succeeded({ dryRun: true }));
    const { body, headers } = await client({ appender })
      .post('/products/100/events?dryRun=true')
      .send(EVENT)
      .expect(200);
    expect(body.dryRun).toBe(true);
    expect(headers['etag']).toBeUndefined();
    expect(headers['location']).toBeUndefined();
    expect(appender.requests[0]).toMatchObject({ dryRun: true });
  });

  test('answers 503 in time when the workflow does not; an append that has not started by then never does', async () => {
    const hanging = fakeAppender(() => new Promise(() => undefined));
    const agent = client({ appender: hanging, settings: { longestAppend: 50 } });
    const post = (query = '') => agent.post(`/products/100/events${query}`).send(EVENT).expect(503);
    const [running, dryRun] = await Promise.all([post(), post('?dryRun=true')]);
    for (const { body } of [running, dryRun]) expect(body).toMatchObject({ type: '/problems/unavailable' });
    const asked = hanging.requests.length;
    const { body: waiting } = await post();
    expect(waiting).toMatchObject({ type: '/problems/contention' });
    expect(hanging.requests).toHaveLength(asked);
  });

  test('passes the query and the headers on', async () => {
    const appender = fakeAppender();
    await client({ appender })
      .post('/products/100/events?onConflict=flag&dryRun=false')
      .set({ 'Idempotency-Key': 'order-7', 'If-Match': '"3"' })
      .send(EVENT)
      .expect(201);
    expect(appender.requests).toEqual([
      {
        productId: '100',
        body: EVENT,
        recordedBy: 'anonymous',
        idempotencyKey: 'order-7',
        expectedVersion: 3,
        onConflict: 'flag',
      },
    ]);
  });

  test.each([
    [
      'application/cloudevents+json',
      { specversion: '1.0', id: 'x', source: '/a', type: 'productReceived', data: { quantity: '1' } },
    ],
    [
      'application/cloudevents-batch+json',
      [{ specversion: '1.0', id: 'x', source: '/a', type: 'productReceived', data: {} }],
    ],
    ['application/json; charset=UTF-8', [EVENT, EVENT]],
    ['application/json;charset="utf-8"', { version: '0', id: '1', detail: { ProductEvent: EVENT } }],
  ])('accepts %s', async (type, body) => {
    const appender = fakeAppender();
    await client({ appender })
      .post('/products/100/events')
      .set('Content-Type', type)
      .send(JSON.stringify(body))
      .expect(201);
    expect(appender.requests[0]?.body).toEqual(body);
  });
});

describe('a failed execution', () => {
  const errors = [{ path: '[3].unitPrice.currency', message: 'm' }];
  const rule = { rule: 'insufficient-stock', adjustment };
  const cases: [string, number, string, unknown, object?][] = [
    ['InvalidEvent', 422, 'invalid-event', { errors }, { errors }],
    ['UnknownEventType', 422, 'unknown-event-type', { errors }, { errors }],
    ['RuleBroken', 409, 'insufficient-stock', rule, rule],
    ['RuleBroken', 409, 'rule-broken', { ...rule, rule: 'a-new-rule' }, { rule: 'a-new-rule' }],
    ['EventIdReused', 409, 'event-id-reused', { eventId: 'e1', version: 2 }, { eventId: 'e1', version: 2 }],
    ['VersionConflict', 412, 'version-conflict', { currentVersion: 5 }, { currentVersion: 5 }],
    [
      'TargetNotFound',
      422,
      'target-not-found',
      { index: 0, targetEventId: 'x' },
      { index: 0, targetEventId: 'x' },
    ],
    ['TooLarge', 413, 'payload-too-large', { detail: 'd' }, { detail: 'd' }],
    ['ProductFull', 409, 'product-full', { detail: 'd' }, { detail: 'd' }],
    ['WriteRejected', 500, 'internal-error', { detail: 'attribute x of arn:aws:x' }],
    ['Contention', 503, 'contention', { detail: 'd' }],
    ['CodeTooOld', 503, 'code-too-old', { detail: 'd' }, { detail: 'd' }],
    ['StoreUnavailable', 503, 'unavailable', { detail: 'the table arn:aws:x' }],
    ['ProcessingFailed', 503, 'unavailable', 'Error: at /var/task/index.js:3'],
    ['States.Timeout', 503, 'unavailable', ''],
    ['Lambda.TooManyRequestsException', 503, 'unavailable', 'Rate exceeded'],
    ['States.Runtime', 500, 'internal-error', 'An error at arn:aws:states:us-east-1:1:execution'],
  ];

  test.each(cases)('by %s is %i %s', async (...[error, status, slug, cause, members]) => {
    const { body, headers, text } = await appendEnding(() => failed(error, cause)).expect(status);
    expect(headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(headers['cache-control']).toBe('no-store');
    expect(body).toMatchObject({ type: `/problems/${slug}`, status, title: expect.any(String), ...members });
    expect(text).not.toMatch(/arn:|\.js|Rate exceeded/);
    if (status === 503) expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    else expect(headers['retry-after']).toBeUndefined();
  });

  test('returns the current version as a tag for the retry', async () => {
    const { headers } = await appendEnding(() =>
      failed('VersionConflict', { detail: 'd', currentVersion: 5 }),
    );
    expect(headers['etag']).toBe('"5"');
  });

  test('with an invalid or unexpected cause is still the right problem', async () => {
    for (const cause of ['', 'null', '[]', '{"errors":7}', '{"detail":{}}']) {
      await appendEnding(() => failed('InvalidEvent', cause)).expect(422);
      await appendEnding(() => failed('RuleBroken', cause)).expect(409);
    }
  });

  test('without a response is 503, and says that the outcome is unknown', async () => {
    const lost = Object.assign(new Error('socket hang up at arn:aws:x'), { name: 'Unavailable' });
    const { body } = await appendEnding(() => Promise.reject(lost)).expect(503);
    expect(body.detail).toMatch(/may or may not have been stored/);
    expect(body.detail).not.toMatch(/arn/);
  });
});

describe('writers of one product', () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close().closeAllConnections();
  });

  test('are queued, up to a limit, and do not delay those of other products', async () => {
    let running = 0;
    let most = 0;
    const ends: (() => void)[] = [];
    const appender = fakeAppender(async ({ productId }) => {
      if (productId === 'other') return succeeded();
      running += 1;
      most = Math.max(most, running);
      await new Promise<void>((resolve) => ends.push(resolve));
      running -= 1;
      return succeeded();
    });
    const server = gatewayWith({ appender, settings: { waitingPerProduct: 4 } }).app.listen(0);
    servers.push(server);
    const post = async (id: string) =>
      (await request(server).post(`/products/${id}/events`).send(EVENT)).status;
    const writers = Array.from({ length: 6 }, () => post('hot'));
    expect(await Promise.race(writers)).toBe(503);
    expect(await post('other')).toBe(201);
    const ending = setInterval(() => ends.shift()?.(), 1);
    const statuses = await Promise.all(writers).finally(() => clearInterval(ending));
    expect(statuses.sort()).toEqual([201, 201, 201, 201, 201, 503]);
    expect(most).toBe(1);
  });

  test('do not wait for dry runs, which store nothing', async () => {
    let finish!: () => void;
    const blocked = new Promise<void>((resolve) => (finish = resolve));
    const appender = fakeAppender(async ({ dryRun }) => {
      if (dryRun) return succeeded({ dryRun });
      await blocked;
      return succeeded();
    });
    // The queue is full: further appends are refused at once.
    const server = gatewayWith({ appender, settings: { waitingPerProduct: 0 } }).app.listen(0);
    servers.push(server);
    const append = async (query: string) =>
      (await request(server).post(`/products/hot/events${query}`).send(EVENT)).status;
    const writer = append('');
    const [dryRun, other] = [await append('?dryRun=true'), await append('')];
    finish();
    expect({ dryRun, other, writer: await writer }).toEqual({ dryRun: 200, other: 503, writer: 201 });
  });
});

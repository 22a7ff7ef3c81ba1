import request from 'supertest';
import type { Dependencies } from '../app';
import type { BackgroundAppender } from '../appender';
import { documentation } from '../testing/documented';
import { acted, failed, fakeAppender, gatewayWith, result, state } from '../testing/fakes';

const SHIPMENT = { eventType: 'productShipped', quantity: '50', productId: '100' };
const RECEIPT = { eventType: 'productReceived', quantity: '50', productId: '200' };
const TRANSFER = [SHIPMENT, RECEIPT];
const { watch, undocumented } = documentation();
const client = (dependencies: Partial<Dependencies> = {}) =>
  watch(request.agent(gatewayWith(dependencies).app));

afterEach(() => expect(undocumented()).toEqual([]));

const answer = { productId: '100', version: 3, events: result.events, state };

describe('POST /events', () => {
  test('starts one execution for all products, and answers with the result of each', async () => {
    const appender = fakeAppender(() => acted());
    const post = client({ appender }).post('/events').set('Idempotency-Key', 'k');
    const { body, headers } = await post.send(TRANSFER).expect(201);
    expect(body).toEqual({ results: [answer] });
    expect([headers['etag'], headers['location']]).toEqual([undefined, undefined]);
    expect(appender.requests).toEqual([
      { act: true, body: TRANSFER, recordedBy: 'anonymous', idempotencyKey: 'k' },
    ]);
  });

  test('answers 200 if all of it was in the log before, and for a dry run', async () => {
    const repeated = client({ appender: fakeAppender(() => acted({ deduplicated: true })) });
    const { headers } = await repeated.post('/events').send(TRANSFER).expect(200);
    expect(headers['idempotent-replayed']).toBe('true');
    const appender = fakeAppender(() => acted({ dryRun: true }));
    const { body } = await client({ appender }).post('/events?dryRun=true').send(TRANSFER).expect(200);
    expect(body).toEqual({ results: [answer], dryRun: true });
    expect(appender.requests).toMatchObject([{ act: true, dryRun: true }]);
  });

  test.each(['If-Match', 'If-None-Match'])('refuses %s, which is about one product', async (name) => {
    const appender = fakeAppender(() => acted());
    const post = client({ appender }).post('/events').set(name, '"3"');
    const { body } = await post.send(TRANSFER).expect(400);
    expect(body.errors).toMatchObject([{ path: name, message: expect.stringMatching(/events of several/) }]);
    expect(appender.requests).toEqual([]);
  });

  test('names the product of a broken rule', async () => {
    const cause = { detail: 'd', rule: 'insufficient-stock', productId: '100' };
    const appender = fakeAppender(() => failed('RuleBroken', cause));
    const { body } = await client({ appender }).post('/events').send(TRANSFER).expect(409);
    expect(body).toMatchObject({ type: '/problems/insufficient-stock', productId: '100' });
  });

  test('runs in the background if the client prefers that', async () => {
    const outcome = await acted();
    const background: BackgroundAppender = {
      start: () => Promise.resolve('execution-9'),
      find: () => Promise.resolve(outcome),
    };
    const agent = client({ appender: { ...fakeAppender(), background } });
    await agent.post('/events').set('Prefer', 'respond-async').send(TRANSFER).expect(202);
    const { body } = await agent.get('/executions/execution-9').expect(200);
    expect(body).toEqual({
      execution: 'execution-9',
      status: 'succeeded',
      result: { results: [answer] },
    });
  });

  test('waits for the appends to each of its products, and they for it', async () => {
    const started: unknown[] = [];
    const ends: (() => void)[] = [];
    const appender = fakeAppender(async ({ productId, act }) => {
      started.push(act ? 'act' : productId);
      await new Promise<void>((resolve) => ends.push(resolve));
      return acted();
    });
    const { app } = gatewayWith({ appender });
    const send = (path: string, body: object) =>
      request(app)
        .post(path)
        .send(body)
        .then(({ status }) => status);
    const begun = async (count: number) => {
      while (started.length < count) await new Promise((resolve) => setImmediate(resolve));
    };
    const first = send('/products/200/events', RECEIPT);
    await begun(1);
    const second = send('/events', TRANSFER);
    const third = send('/events', [...TRANSFER].reverse());
    ends[0]?.();
    await begun(2);
    ends[1]?.();
    await begun(3);
    ends[2]?.();
    expect(await Promise.all([first, second, third])).toEqual([201, 201, 201]);
    expect(started).toEqual(['200', 'act', 'act']);
  });
});

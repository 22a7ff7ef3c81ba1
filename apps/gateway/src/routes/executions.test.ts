import request from 'supertest';
import type { BackgroundAppender } from '../appender';
import { documentation } from '../testing/documented';
import { adjustment, failed, fakeAppender, gatewayWith, result, succeeded } from '../testing/fakes';

const { watch, strays } = documentation();
const EVENT = { eventType: 'productReceived', quantity: '150' };

afterEach(() => expect(strays()).toEqual([]));

/** A client of a deployment that can append in the background, and what was asked of that. */
function client(find: BackgroundAppender['find'] = () => Promise.resolve('running')) {
  const started: unknown[] = [];
  const appender = fakeAppender();
  const background: BackgroundAppender = {
    find,
    start: (given) => {
      started.push(given);
      return Promise.resolve('execution-9');
    },
  };
  return {
    agent: watch(request.agent(gatewayWith({ appender: { ...appender, background } }).app)),
    appender,
    started,
  };
}

describe('Prefer: respond-async', () => {
  test.each(['respond-async', 'Respond-Async; wait=10', 'return=minimal, respond-async'])(
    'as %s starts the append, and says where to follow it',
    async (prefer) => {
      const { agent, appender, started } = client();
      const post = agent.post('/products/100/events').set({ Prefer: prefer, 'If-Match': '"3"' });
      const { body, headers } = await post.send(EVENT).expect(202);
      expect(body).toEqual({ execution: 'execution-9', status: 'running' });
      expect(headers).toMatchObject({
        location: '/executions/execution-9',
        'preference-applied': 'respond-async',
        'retry-after': '1',
      });
      expect(started).toMatchObject([
        { productId: '100', body: EVENT, expectedVersion: 3, trace: { requestId: expect.any(String) } },
      ]);
      expect(appender.requests).toEqual([]);
    },
  );

  test.each(['wait=10', 'respond-asynchronously', ''])('is not %j', async (prefer) => {
    const { agent, started } = client();
    await agent.post('/products/100/events').set('Prefer', prefer).send(EVENT).expect(201);
    expect(started).toEqual([]);
  });

  test('is not heard where the deployment has no machine for it', async () => {
    const agent = watch(request.agent(gatewayWith().app));
    const { headers } = await agent
      .post('/products/100/events')
      .set('Prefer', 'respond-async')
      .send(EVENT)
      .expect(201);
    expect(headers['preference-applied']).toBeUndefined();
  });
});

describe('an execution', () => {
  test('that runs says so, and when to ask again', async () => {
    const { body, headers } = await client().agent.get('/executions/execution-9').expect(200);
    expect(body).toEqual({ execution: 'execution-9', status: 'running' });
    expect(headers).toMatchObject({ 'retry-after': '1', 'cache-control': 'no-store' });
  });

  test('that succeeded has the result that the append would have answered', async () => {
    const { agent } = client(() => succeeded({ adjustment }));
    const { body } = await agent.get('/executions/execution-9').expect(200);
    const { replayed: _replayed, dryRun: _dryRun, attempts: _attempts, ...appended } = result;
    expect(body).toEqual({
      execution: 'execution-9',
      status: 'succeeded',
      result: { ...appended, adjustment },
    });
  });

  test('that found its events in the log says so', async () => {
    const { headers } = await client(() => succeeded({ replayed: true }))
      .agent.get('/executions/x')
      .expect(200);
    expect(headers['idempotent-replayed']).toBe('true');
  });

  test('that failed has the problem that the append would have answered', async () => {
    const cause = { detail: 'd', currentVersion: 5 };
    const { body } = await client(() => failed('VersionConflict', cause))
      .agent.get('/executions/x')
      .expect(200);
    expect(body).toMatchObject({
      status: 'failed',
      problem: { type: '/problems/version-conflict', status: 412, detail: 'd', currentVersion: 5 },
    });
  });

  test.each(['nothing', 'a%3Ab', 'x'.repeat(81), '%2e%2e'])('%s that is not there is 404', async (name) => {
    const found = (execution: string) =>
      Promise.resolve(execution === 'nothing' ? undefined : ('running' as const));
    const { body } = await client(found).agent.get(`/executions/${name}`).expect(404);
    expect(body.type).toBe('/problems/execution-not-found');
  });

  test('is not there where the deployment has none', async () => {
    await watch(request.agent(gatewayWith().app)).get('/executions/x').expect(404);
  });
});

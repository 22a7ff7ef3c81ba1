import request from 'supertest';
import type { BackgroundAppender } from '../appender';
import type { Settings } from '../settings';
import { documentation } from '../testing/documented';
import { adjustment, failed, fakeAppender, gatewayWith, result, succeeded } from '../testing/fakes';

const { watch, undocumented } = documentation();
const EVENT = { eventType: 'productReceived', quantity: '150' };

afterEach(() => expect(undocumented()).toEqual([]));

/** A client of a deployment with background appends, and the calls that it caused. */
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
    'as %s starts the append, and links to its status',
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

  test.each(['wait=10', 'respond-asynchronously', ''])('is not recognized in %j', async (prefer) => {
    const { agent, started } = client();
    await agent.post('/products/100/events').set('Prefer', prefer).send(EVENT).expect(201);
    expect(started).toEqual([]);
  });

  test('is ignored if the deployment has no state machine for it', async () => {
    const agent = watch(request.agent(gatewayWith().app));
    const { headers } = await agent
      .post('/products/100/events')
      .set('Prefer', 'respond-async')
      .send(EVENT)
      .expect(201);
    expect(headers['preference-applied']).toBeUndefined();
  });
});

describe('an append in the background', () => {
  /** A client, and executions that end when the test decides. */
  function queued(settings: Partial<Settings> = {}) {
    const started: string[] = [];
    const ended = new Set<string>();
    const background: BackgroundAppender = {
      start: () => Promise.resolve((started.push(`execution-${started.length}`), started.at(-1) ?? '')),
      find: (name) => (ended.has(name) ? succeeded() : Promise.resolve('running' as const)),
    };
    const appender = { ...fakeAppender(), background };
    const agent = watch(request.agent(gatewayWith({ appender, settings }).app));
    const post = (prefer: string, product = '100') =>
      agent
        .post(`/products/${product}/events`)
        .set('Prefer', prefer)
        .send(EVENT)
        .then(({ status, headers }) => ({ status, headers }));
    return { appender, started, end: (name: string) => ended.add(name), post };
  }

  test('is queued: the next one of the product starts when it has ended', async () => {
    const { appender, started, end, post } = queued();
    expect(await post('respond-async')).toMatchObject({ status: 202 });
    const [second, third] = [post('respond-async'), post('')];
    expect(await post('respond-async', 'other')).toMatchObject({ status: 202 });
    expect(started).toEqual(['execution-0', 'execution-1']);
    expect(appender.requests).toEqual([]);
    end('execution-0');
    expect(await second).toMatchObject({ status: 202 });
    expect(started).toHaveLength(3);
    expect(appender.requests).toEqual([]);
    end('execution-2');
    expect(await third).toMatchObject({ status: 201 });
  });

  test('is refused before anything starts when too many wait', async () => {
    const { started, post } = queued({ waitingPerProduct: 0 });
    expect(await post('respond-async')).toMatchObject({ status: 202 });
    expect(await post('respond-async')).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
    expect(started).toEqual(['execution-0']);
  });

  test('does not keep its turn in a process that can not follow it', async () => {
    const { started, post } = queued({ followsExecutions: false });
    expect(await post('respond-async')).toMatchObject({ status: 202 });
    expect(await post('respond-async')).toMatchObject({ status: 202 });
    expect(started).toHaveLength(2);
  });
});

describe('an execution', () => {
  test('that is running says so, with Retry-After', async () => {
    const { body, headers } = await client().agent.get('/executions/execution-9').expect(200);
    expect(body).toEqual({ execution: 'execution-9', status: 'running' });
    expect(headers).toMatchObject({ 'retry-after': '1', 'cache-control': 'no-store' });
  });

  test('that succeeded has the result that the append would have returned', async () => {
    const { agent } = client(() => succeeded({ adjustment }));
    const { body } = await agent.get('/executions/execution-9').expect(200);
    const { deduplicated: _replayed, dryRun: _dryRun, attempts: _attempts, ...appended } = result;
    expect(body).toEqual({
      execution: 'execution-9',
      status: 'succeeded',
      result: { ...appended, adjustment },
    });
  });

  test('that found its events in the log is reported as deduplicated', async () => {
    const { headers } = await client(() => succeeded({ deduplicated: true }))
      .agent.get('/executions/x')
      .expect(200);
    expect(headers['idempotent-replayed']).toBe('true');
  });

  test('that failed has the problem that the append would have returned', async () => {
    const cause = { currentVersion: 5 };
    const { body } = await client(() => failed('VersionConflict', cause))
      .agent.get('/executions/x')
      .expect(200);
    expect(body).toMatchObject({
      status: 'failed',
      problem: { type: '/problems/version-conflict', status: 412, currentVersion: 5 },
    });
  });

  test.each(['nothing', 'a%3Ab', 'x'.repeat(81)])('%s, which does not exist, is 404', async (name) => {
    const found = (execution: string) =>
      Promise.resolve(execution === 'nothing' ? undefined : ('running' as const));
    const { body } = await client(found).agent.get(`/executions/${name}`).expect(404);
    expect(body.type).toBe('/problems/execution-not-found');
  });

  test('is not found if the deployment has none', async () => {
    await watch(request.agent(gatewayWith().app)).get('/executions/x').expect(404);
  });
});

import request from 'supertest';
import { UnavailableError } from '../appender';
import { collector, type Collector } from '../testing/collector';
import { failed, fakeAppender, fakeLog, gatewayWith, succeeded } from '../testing/fakes';
import { startTracing } from './start';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const CALLER = '00f067aa0ba902b7';
const traceparent = (flags = '01') => `00-${TRACE}-${CALLER}-${flags}`;
const SERVER = 2;
const ERROR = 2;

let sink: Collector;
const open: Collector[] = [];
const opened = async (status?: number): Promise<Collector> => {
  const made = await collector(status);
  open.push(made);
  return made;
};
beforeEach(async () => (sink = await opened()));
afterEach(() => Promise.all(open.splice(0).map((one) => one.close())));

/** A gateway with tracing. `ended` sends the remaining spans and returns all spans by name. */
function traced(parts: Parameters<typeof gatewayWith>[0] = {}, endpoint = sink.endpoint) {
  const reports: string[] = [];
  // Much longer than the test: the speed of the machine must not affect which spans arrive.
  const destination = { url: `${endpoint}/v1/traces`, timeout: 600_000 };
  const tracing = startTracing(destination, (state) => reports.push(state));
  const ended = async () => {
    await tracing.close();
    const named = (name: string) => sink.spans.filter((span) => span.name === name);
    return { spans: sink.spans, named, only: (name: string) => named(name)[0] };
  };
  return { ...gatewayWith({ ...parts, tracing }), ended, reports };
}

const POST = 'POST /products/:productId/events';

test("a request is a span of its caller's trace, and its work is recorded as child spans", async () => {
  const appender = fakeAppender(() => succeeded({ attempts: 2 }));
  const { app, ended, lines } = traced({ appender });
  const headers = { traceparent: traceparent(), 'X-Request-Id': 'r-1' };
  await request(app).post('/products/100/events').set(headers).send({ a: 1 }).expect(201);
  await request(app).get('/products/100/state?asOf=2026-11-21T00:00:00Z').set(headers).expect(200);
  const { spans, only } = await ended();
  expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set([TRACE]));
  const [posted, appended] = [only(POST), only('append')];
  expect(posted).toMatchObject({
    ...{ kind: SERVER, parentSpanId: CALLER, status: { code: 0 } },
    attributes: {
      'http.request.method': 'POST',
      'http.route': '/products/:productId/events',
      'http.response.status_code': 201,
      'url.path': '/products/100/events',
      'url.scheme': 'http',
      'hindsight.request.id': 'r-1',
    },
  });
  expect(appended).toMatchObject({
    parentSpanId: posted?.spanId,
    attributes: {
      'aws.step_functions.execution.name': 'execution-1',
      'hindsight.append.outcome': 'stored',
      'hindsight.append.attempts': 2,
      'hindsight.append.events': 1,
      'hindsight.product.id': '100',
      'hindsight.product.version': 3,
    },
  });
  const got = only('GET /products/:productId/state');
  expect(got).toMatchObject({ parentSpanId: CALLER, attributes: { 'url.path': '/products/100/state' } });
  expect(only('read stateAt')).toMatchObject({
    parentSpanId: got?.spanId,
    attributes: { 'hindsight.log.operation': 'stateAt' },
  });
  // The execution's tasks continue from the append.
  expect(appender.traces).toEqual([
    { requestId: 'r-1', traceparent: `00-${TRACE}-${String(appended?.spanId)}-01` },
  ]);
  expect(lines.join()).toContain(`"traceId":"${TRACE}"`);
});

test('a request without a trace starts one, which the log line and the execution contain', async () => {
  const appender = fakeAppender();
  const { app, ended, lines } = traced({ appender });
  await request(app).post('/products/100/events').set('traceparent', 'garbage').send({ a: 1 }).expect(201);
  const { only } = await ended();
  const { traceId, parentSpanId } = only(POST) ?? {};
  expect(traceId).toMatch(/^[0-9a-f]{32}$/);
  expect(parentSpanId ?? '').toBe('');
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ traceId });
  expect(appender.traces[0]?.traceparent).toContain(traceId);
});

test('the sampling decision of the caller is respected', async () => {
  const { app, ended } = traced();
  await request(app).get('/products/100/state').set('traceparent', traceparent('00')).expect(200);
  expect((await ended()).spans).toEqual([]);
});

test('appends that wait for their turn stay in the spans of their own requests', async () => {
  const release: (() => void)[] = [];
  const appender = fakeAppender(async () => {
    await new Promise<void>((resolve) => release.push(resolve));
    return succeeded();
  });
  const { app, ended } = traced({ appender });
  const ids = ['r-1', 'r-2', 'r-3'];
  const answers = ids.map((id) =>
    request(app)
      .post('/products/100/events')
      .set('X-Request-Id', id)
      .send({ a: id })
      .then(({ status }) => status),
  );
  for (let done = 0; done < ids.length; done += 1) {
    while (release.length === 0) await new Promise((resolve) => setImmediate(resolve));
    release.shift()?.();
  }
  expect(await Promise.all(answers)).toEqual([201, 201, 201]);
  const { named } = await ended();
  const parents = named('append').map(({ parentSpanId }) => parentSpanId);
  expect(new Set(parents)).toEqual(new Set(named(POST).map(({ spanId }) => spanId)));
  const traces = new Map(named(POST).map((span) => [span.attributes['hindsight.request.id'], span.traceId]));
  for (const trace of appender.traces)
    expect(trace?.traceparent).toContain(traces.get(String(trace?.requestId)));
});

test('a request that ends after the shutdown has begun is sent too', async () => {
  let release: () => void = () => undefined;
  const appender = fakeAppender(async () => {
    await new Promise<void>((resolve) => (release = resolve));
    return succeeded();
  });
  const { app, ended } = traced({ appender });
  const answer = request(app)
    .post('/products/100/events')
    .send({ a: 1 })
    .then(({ status }) => status);
  while (appender.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
  const ending = ended();
  release();
  expect(await answer).toBe(201);
  const { only } = await ending;
  expect(only(POST)?.attributes).toMatchObject({ 'http.response.status_code': 201 });
  expect(only('append')?.attributes).toMatchObject({ 'hindsight.append.outcome': 'stored' });
});

test("a failed span has the error's name", async () => {
  const gone = new UnavailableError('top-secret');
  const ends = [() => failed('RuleBroken', { detail: 'top-secret', rule: 'r' }), () => Promise.reject(gone)];
  const { app, ended } = traced({
    appender: fakeAppender(() => (ends.shift() as () => ReturnType<typeof failed>)()),
    log: fakeLog({ stateAt: () => Promise.reject(new TypeError('top-secret')) }),
  });
  await request(app).post('/products/100/events').send({ a: 1 }).expect(409);
  await request(app).post('/products/100/events').send({ a: 1 }).expect(503);
  await request(app).get('/products/100/state').expect(500);
  await request(app).get('/nowhere').expect(404);
  const { named, only } = await ended();
  const ofAppends = named('append').map(({ status, attributes }) => [
    status.code,
    attributes['hindsight.append.outcome'] ?? attributes['error.type'],
  ]);
  expect(ofAppends).toEqual([
    [0, 'RuleBroken'],
    [ERROR, 'Unavailable'],
  ]);
  const ofPosts = named(POST).map(({ status, attributes }) => [status.code, attributes['error.type']]);
  expect(ofPosts).toEqual([
    [0, undefined],
    [ERROR, '503'],
  ]);
  expect(only('read stateAt')).toMatchObject({
    status: { code: ERROR },
    attributes: { 'error.type': 'TypeError' },
  });
  expect(only('GET')?.attributes).toMatchObject({ 'http.response.status_code': 404 });
  expect(sink.bodies.join()).not.toContain('top-secret');
});

test('no header, no query and nothing of a body gets into a span', async () => {
  const { app, ended } = traced();
  const secrets = {
    Authorization: 'Bearer top-secret',
    Cookie: 'session=top-secret',
    'Idempotency-Key': 'top-secret',
    'User-Agent': 'top-secret',
    Referer: 'https://example.com/top-secret',
  };
  const event = { eventType: 'productReceived', quantity: '31337', metadata: { key: 'top-secret' } };
  await request(app).post('/products/100/events').set(secrets).send(event).expect(201);
  await request(app).get('/products/100/state?token=top-secret').set(secrets).expect(400);
  expect((await ended()).named(POST)).toHaveLength(1);
  expect(sink.bodies.join()).not.toMatch(/top-secret|31337/);
});

test('probes are not traced', async () => {
  const { app, ended } = traced();
  await request(app).get('/healthz').expect(200);
  await request(app).get('/readyz').expect(200);
  expect((await ended()).spans).toEqual([]);
});

test.each([
  ['refuses', 400],
  ['fails', 500],
])('a collector that %s disturbs no request, and is reported once', async (_, status) => {
  const failing = await opened(status);
  const { app, ended, reports } = traced({}, failing.endpoint);
  for (let i = 0; i < 3; i += 1) await request(app).get('/products/100/state').expect(200);
  await ended();
  expect(failing.bodies.length).toBeGreaterThan(0);
  expect(reports).toEqual(['lost']);
});

test('an append in the background is traced to its start', async () => {
  const background = { start: () => Promise.resolve('execution-7'), find: () => Promise.resolve(undefined) };
  const { app, ended } = traced({ appender: { ...fakeAppender(), background } });
  const post = request(app).post('/products/100/events').set('Prefer', 'respond-async');
  await post.send({ a: 1 }).expect(202);
  const { only } = await ended();
  expect(only('append in background')).toMatchObject({
    parentSpanId: only(POST)?.spanId,
    attributes: { 'aws.step_functions.execution.name': 'execution-7' },
  });
});

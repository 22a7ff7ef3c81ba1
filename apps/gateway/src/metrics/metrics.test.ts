import request from 'supertest';
import { UnavailableError } from '../appender';
import { listenToOutput } from '../testing/output';
import { adjustment, failed, fakeAppender, gatewayWith, succeeded } from '../testing/fakes';
import { embeddedMetrics } from './embedded';
import { prometheusMetrics } from './prometheus';

/** Every outcome of an append, and the metrics that it increments. */
const outcomes = [
  () => succeeded(),
  () => succeeded({ attempts: 4 }),
  () => succeeded({ adjustment }),
  () => succeeded({ deduplicated: true, attempts: 2 }),
  () => succeeded({ deduplicated: true, adjustment }),
  () => succeeded({ dryRun: true, adjustment }),
  () => failed('RuleBroken', { detail: 'x', rule: 'insufficient-stock' }),
  () => failed('RuleBroken', { detail: 'x', rule: 'insufficient-stock' }),
  () => failed('VersionConflict', { currentVersion: 3 }),
  () => failed('LateNotAllowed', { detail: 'x' }),
  () => failed('Contention', {}),
  () => failed('DynamoDb.InternalServerErrorException', {}),
  () => Promise.reject(new UnavailableError('no answer')),
];

/** Plays every outcome against a gateway, over HTTP. */
async function play(metrics: ReturnType<typeof prometheusMetrics> | ReturnType<typeof embeddedMetrics>) {
  const left = [...outcomes];
  const appender = fakeAppender(() => (left.shift() as (typeof outcomes)[number])());
  const { app } = gatewayWith({ appender, metrics });
  while (left.length > 0) await request(app).post('/products/100/events').send({ a: 1 });
  await request(app).get('/products/100/state').expect(200);
  await request(app).get('/products/../..').expect(404);
  await request(app).post('/products/100/events').send('{').type('json').expect(400);
}

test('Prometheus receives what happened, and nothing else', async () => {
  const metrics = prometheusMetrics({ health: () => Promise.resolve({ lagMs: 1500, setAside: 2 }) });
  await play(metrics);
  const text = await metrics.text();
  const lines = text.split('\n').filter((line) => line.startsWith('hindsight_'));
  const numbers = Object.fromEntries(
    lines.filter((line) => !/_bucket|_sum|duration/.test(line)).map((line) => line.split(/ (?=[^ ]+$)/)),
  ) as Record<string, string>;
  expect(numbers).toEqual({
    'hindsight_appends_total{end="stored"}': '3',
    'hindsight_appends_total{end="duplicate"}': '2',
    'hindsight_appends_total{end="dry_run"}': '1',
    'hindsight_appends_total{end="rule_broken"}': '2',
    'hindsight_appends_total{end="version_conflict"}': '1',
    'hindsight_appends_total{end="late_not_allowed"}': '1',
    'hindsight_appends_total{end="contention"}': '1',
    'hindsight_appends_total{end="other"}': '1',
    'hindsight_appends_total{end="unanswered"}': '1',
    hindsight_events_stored_total: '3',
    hindsight_append_retries_total: '3',
    hindsight_late_appends_total: '1',
    hindsight_late_distance_events_count: '1',
    hindsight_views_lag_seconds: '1.5',
    hindsight_views_products_set_aside: '2',
    'hindsight_http_requests_total{method="POST",route="/products/:productId/events",status="201"}': '3',
    'hindsight_http_requests_total{method="POST",route="/products/:productId/events",status="200"}': '3',
    'hindsight_http_requests_total{method="POST",route="/products/:productId/events",status="400"}': '1',
    'hindsight_http_requests_total{method="POST",route="/products/:productId/events",status="403"}': '1',
    'hindsight_http_requests_total{method="POST",route="/products/:productId/events",status="409"}': '2',
    'hindsight_http_requests_total{method="POST",route="/products/:productId/events",status="412"}': '1',
    'hindsight_http_requests_total{method="POST",route="/products/:productId/events",status="503"}': '3',
    'hindsight_http_requests_total{method="GET",route="/products/:productId/state",status="200"}': '1',
    'hindsight_http_requests_total{method="GET",route="none",status="404"}': '1',
  });
  expect(text).toContain('hindsight_late_distance_events_sum 2');
  expect(text).toContain('hindsight_append_duration_seconds_count 13');
  expect(text).toContain('nodejs_eventloop_lag_seconds');
});

test('views that can’t be read have no value, and the rest is there', async () => {
  const text = await prometheusMetrics({ health: () => Promise.reject(new Error('down')) }).text();
  expect(text).toMatch(/^hindsight_views_lag_seconds nan$/im);
  expect(text).toContain('hindsight_append_retries_total 0');
});

test('an append counts as it was answered, even if it is stored after that', async () => {
  const metrics = prometheusMetrics({ health: () => Promise.resolve({ lagMs: 1500, setAside: 2 }) });
  let store: () => void = () => undefined;
  const stored = new Promise<void>((resolve) => (store = resolve)).then(() => succeeded());
  const { app } = gatewayWith({
    appender: fakeAppender(() => stored),
    settings: { longestAppend: 50 },
    metrics,
  });
  const append = () => request(app).post('/products/100/events').send({ a: 1 }).expect(503);
  const answers = await Promise.all([append(), append()]);
  expect(answers.map(({ body }) => body.type as string).sort()).toEqual([
    '/problems/contention',
    '/problems/unavailable',
  ]);
  store();
  await stored;
  const counted = (await metrics.text()).match(/^hindsight_(appends|events_stored)_total.*/gm);
  expect(counted?.sort()).toEqual([
    'hindsight_appends_total{end="contention"} 1',
    'hindsight_appends_total{end="unanswered"} 1',
    'hindsight_events_stored_total 0',
  ]);
});

test('CloudWatch gets the same in lines of its embedded format', async () => {
  const written = listenToOutput();
  const metrics = embeddedMetrics('hindsight-test');
  await play(metrics);
  metrics.publish();
  const [line = '{}', ...more] = written;
  expect(more).toEqual([]);
  const said = JSON.parse(line) as Record<string, unknown> & {
    _aws: { CloudWatchMetrics: { Namespace: string; Metrics: { Name: string; Unit: string }[] }[] };
  };
  const sum = (name: string): number =>
    [said[name] ?? 0].flat().reduce((total: number, value) => total + Number(value), 0);
  const names = [
    ...['Appends', 'Duplicates', 'DryRuns', 'Conflicts', 'VersionConflicts', 'Refusals', 'AppendFaults'],
    ...['EventsStored', 'Retries', 'LateAppends', 'LateDistance', 'Requests', 'RequestFaults'],
  ];
  expect(Object.fromEntries(names.map((name) => [name, sum(name)]))).toEqual({
    ...{
      Appends: 3,
      Duplicates: 2,
      DryRuns: 1,
      Conflicts: 2,
      VersionConflicts: 1,
      Refusals: 1,
      AppendFaults: 3,
    },
    ...{ EventsStored: 3, Retries: 3, LateAppends: 1, LateDistance: 2, Requests: 16, RequestFaults: 3 },
  });
  const [{ Namespace, Metrics: declared }] = said._aws.CloudWatchMetrics as [
    { Namespace: string; Metrics: { Name: string; Unit: string }[] },
  ];
  expect(Namespace).toBe('hindsight-test');
  expect(declared.map(({ Name }) => Name).sort()).toEqual(
    [...names, 'AppendLatency', 'RequestLatency'].sort(),
  );
  expect(said['AppendLatency']).toHaveLength(13);
});

import request, { type Agent } from 'supertest';
import type { Dependencies } from '../app';
import { bearerTokens } from '../auth/authenticator';
import type { Scope } from '@hindsight/api';
import type { AppendOutcome, BackgroundAppender } from '../appender';
import { limiting } from '../rate-limit';
import {
  acted,
  adjustment,
  failed,
  fakeAppender,
  failingLog,
  fakeLog,
  gatewayWith,
  NOW,
  succeeded,
} from '../testing/fakes';
import { askAcross } from '../testing/across';
import { closes, closings, twoClosings } from '../testing/closings';
import { documentedAnswers } from '../testing/contract';
import { document, documentation } from '../testing/documented';

// Some thousand requests.
jest.setTimeout(180_000);

const { watch, undocumented, answered } = documentation();

const EVENTS = '/products/100/events';
const ACTS = '/events';
const BROKEN = '/products/%ff/';
const EVENT = { eventType: 'productReceived', quantity: '150' };

const READS = [
  ...['/', '/healthz', '/readyz', '/openapi.json', '/docs', '/problems/contention'],
  ...['state', 'timeline', 'explain', 'diff', 'map', 'lateness'].map((one) => `/products/100/${one}`),
];

const over = (dependencies: Partial<Dependencies> = {}): Agent =>
  watch(request.agent(gatewayWith(dependencies).app));

/** Every way in which an append can fail, by the failure that the workflow reports. */
const failures: readonly [string, unknown][] = [
  ['RuleBroken', { rule: 'insufficient-stock', adjustment }],
  ['RuleBroken', { rule: 'a-new-one', adjustment }],
  ['EventIdReused', { eventId: 'e', version: 2 }],
  ['VersionConflict', { currentVersion: 5 }],
  ['InvalidEvent', { errors: [{ path: 'quantity', message: 'm' }] }],
  ['UnknownEventType', { errors: [] }],
  ['LateNotAllowed', {}],
  ['PeriodClosed', { closingId: '2026-10', closedThrough: NOW }],
  ['TargetNotFound', { index: 0, targetEventId: 'x' }],
  ['Contention', {}],
  ['StoreUnavailable', {}],
  ['ProductFull', {}],
  ['TooLarge', {}],
  ['CodeTooOld', { detail: 'd' }],
  ['States.Runtime', ''],
];

/** @param made what an append to the path answers */
async function appends(path: string, made: (change?: { deduplicated: boolean }) => Promise<AppendOutcome>) {
  await over({ appender: fakeAppender(() => made()) })
    .post(path)
    .send(EVENT);
  await over({ appender: fakeAppender(() => made({ deduplicated: true })) })
    .post(path)
    .send(EVENT);
  const background: BackgroundAppender = {
    start: () => Promise.resolve('execution-9'),
    find: () => Promise.resolve('running'),
  };
  await over({ appender: { ...fakeAppender(), background } })
    .post(path)
    .set('Prefer', 'respond-async')
    .send(EVENT);
  for (const failure of failures.filter(([name]) => path === EVENTS || name !== 'VersionConflict'))
    await over({ appender: fakeAppender(() => failed(...failure)) })
      .post(path)
      .send(EVENT);
  await over().post(path).type('json').send('{');
  await over().post(path).type('text').send('hello');
  await over().post(path).accept('image/png').send(EVENT);
  await over()
    .post(path)
    .send({ reason: 'x'.repeat(70_000) });
}

/** A log that finds nothing for one of the reasons, or that fails. */
const notThere = (headVersion: number) =>
  fakeLog({
    headVersion: () => Promise.resolve(headVersion),
    stateAt: () =>
      Promise.resolve(
        headVersion === 0
          ? { found: false, why: 'product-not-found' }
          : { found: false, why: 'version-not-found', headVersion },
      ),
    readRecorded: () => Promise.resolve(undefined),
    readEffective: () => Promise.resolve(undefined),
    timeline: () => Promise.resolve(undefined),
    ledger: () => Promise.resolve(undefined),
    grid: () => Promise.resolve(undefined),
  });

const early = fakeLog({
  stateAt: () =>
    Promise.resolve({
      found: false,
      why: 'no-state-at-time',
      firstEffectiveAt: null,
      firstRecordedAt: '2026-11-02T00:00:00.000Z',
    }),
});

async function reads(method: 'get' | 'head'): Promise<void> {
  const unreachable = Object.assign(new Error('down'), { name: 'StoreUnavailable' });
  const logs = [
    fakeLog(),
    early,
    notThere(0),
    notThere(3),
    failingLog(unreachable),
    failingLog(Object.assign(new Error('too old'), { name: 'CodeTooOld' })),
    failingLog(new TypeError('ours')),
  ];
  for (const log of logs) {
    const resources = ['state', 'timeline', 'events?order=effective&version=9', 'explain', 'diff', 'map'];
    for (const resource of [...resources, 'diff?to=9', 'lateness']) {
      const version = resource === 'timeline' ? '?version=9' : '';
      await over({ log })[method](`/products/100/${resource}${version}`);
    }
  }
  for (const resource of ['state', 'timeline', 'events', 'explain', 'diff', 'map', 'lateness'])
    await over()[method](`${BROKEN}${resource}`);
  await over({ log: failingLog(unreachable) })[method]('/readyz');
  for (const path of READS) await over()[method](path);
  for (const path of ['events', 'timeline', 'state', 'explain', 'diff', 'map', 'lateness'].map(
    (one) => `/products/100/${one}`,
  ))
    await over()[method](path).set('If-None-Match', '*');
  for (const path of ['/', '/openapi.json', '/docs', '/problems/contention'])
    await over()[method](path).set('If-None-Match', '*');
  for (const path of [...READS, '/products/100/events', '/executions/e'])
    await over()[method](path).set('Accept', 'image/png');
  for (const slug of ['none', '%ff']) await over()[method](`/problems/${slug}`);
}

async function tails(method: 'get' | 'head'): Promise<void> {
  const path = '/products/100/events/stream';
  const settings = { tailBatch: 1 };
  await over({ settings })[method](`${path}?after=0`);
  await over({ settings })[method](path).set('Last-Event-ID', '9');
  await over({ settings })[method](path).set('Accept', 'image/png');
  await over({ settings })[method](`${BROKEN}events/stream`);
  await over({ settings, log: notThere(0) })[method](path);
  await over({ settings: { tails: 0 } })[method](path);
  for (const error of [Object.assign(new Error('down'), { name: 'StoreUnavailable' }), new TypeError('ours')])
    await over({ settings, log: fakeLog({ headVersion: () => Promise.reject(error) }) })[method](path);
}

async function executions(method: 'get' | 'head'): Promise<void> {
  const asked = (find: BackgroundAppender['find'], name = 'e') => {
    const background = { start: () => Promise.resolve('e'), find };
    return over({ appender: { ...fakeAppender(), background } })[method](`/executions/${name}`);
  };
  await asked(() => Promise.resolve('running'));
  await asked(() => Promise.resolve(undefined));
  await asked(() => Promise.resolve('running'), '%ff');
  await asked(() => Promise.reject(Object.assign(new Error('down'), { name: 'Unavailable' })));
  await asked(() => Promise.reject(new TypeError('ours')));
}

/** Clients without credentials, without scopes, and above the rate limit. */
async function strangers(): Promise<void> {
  const nobody = bearerTokens([]);
  const powerless = () => Promise.resolve({ subject: 'powerless', scopes: new Set<Scope>() });
  const noMore = [limiting({ requests: 0, window: 60_000 })];
  for (const refusing of [{ authenticate: nobody }, { authenticate: powerless }, { guards: noMore }]) {
    for (const path of [EVENTS, ACTS, '/closings']) await over(refusing).post(path).send(EVENT);
    await over(refusing).delete('/closings/2026-10');
    for (const method of ['get', 'head'] as const) {
      const ofProduct = [
        'state',
        'events',
        'timeline',
        'explain',
        'diff',
        'map',
        'lateness',
        'events/stream',
      ];
      const resources = [
        ...[
          'products',
          'stock',
          'stock/diff',
          'events',
          'events/stream',
          'executions/e',
          'closings',
          'closings/2026-10',
        ],
        'closings/2026-10/diff',
        ...ofProduct.map((one) => `products/100/${one}`),
      ];
      for (const resource of resources) await over(refusing)[method](`/${resource}`);
    }
  }
}

/** Clients that exceed the concurrency limit. */
async function crowds(): Promise<void> {
  const full = { settings: { requestsAtOnce: 0, pagesWaiting: 0, exportsAtOnce: 0 } };
  for (const path of [EVENTS, ACTS, '/closings']) await over(full).post(path).send(EVENT);
  await over(full).delete('/closings/2026-10');
  for (const method of ['get', 'head'] as const) {
    for (const resource of ['state', 'events', 'timeline', 'explain', 'diff', 'map', 'lateness'])
      await over(full)[method](`/products/100/${resource}`);
    for (const path of [
      '/products',
      '/stock',
      '/stock?format=csv',
      '/stock/diff',
      '/stock/diff?format=csv',
      '/events',
    ])
      await over(full)[method](path);
    for (const path of [
      '/closings',
      '/closings/2026-09',
      '/closings/2026-09?format=csv',
      '/closings/2026-09/diff',
      '/closings/2026-09/diff?format=csv',
    ])
      await over({ ...full, closings: await twoClosings() })[method](path);
  }
}

async function options(): Promise<void> {
  for (const path of Object.keys(document.paths ?? {})) {
    await over().options(path.replace(/\{\w+\}/, '100'));
    await over().options(path.replace(/\{\w+\}/, '%ff'));
  }
}

test('every documented response occurs, and every response that occurs is documented', async () => {
  await appends(EVENTS, succeeded);
  await appends(ACTS, acted);
  for (const method of ['get', 'head'] as const) {
    await reads(method);
    await tails(method);
    await askAcross(over, method);
    await executions(method);
    await closings(over, method);
  }
  await closes(over);
  await strangers();
  await crowds();
  await options();
  expect(undocumented()).toEqual([]);
  expect([...answered].sort()).toEqual([...new Set(documentedAnswers(document))].sort());
});

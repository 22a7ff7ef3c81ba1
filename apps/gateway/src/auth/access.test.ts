import { createHash } from 'node:crypto';
import request from 'supertest';
import { routesOf } from '../app';
import {
  adjustment,
  failed,
  fakeAppender,
  fakeLog,
  fakeViews,
  memoryClosings,
  gatewayWith,
  listeningLogger,
  acted,
  succeeded,
} from '../testing/fakes';
import { apiTokens } from './api-tokens';
import { bearerTokens } from './authenticator';
import type { Scope } from '@hindsight/api';

const granted: Readonly<Record<string, readonly Scope[]>> = {
  reader: ['state:read'],
  writer: ['events:write'],
  corrector: ['events:write', 'events:write:late'],
  clerk: ['events:write', 'state:read'],
  latecomer: ['events:write:late'],
  accountant: ['events:write', 'events:write:closed', 'state:read'],
};
const tokenOf = (name: string): string => `token-of-${name}`;
const hashOf = (name: string): string => createHash('sha256').update(tokenOf(name)).digest('hex');
const tokens = Object.entries(granted).map(([name, scopes]) => ({
  ...{ name, sha256: hashOf(name), scopes: [...scopes] },
}));
const authenticate = bearerTokens([apiTokens(tokens)]);

const appender = fakeAppender();
const { app, lines } = gatewayWith({ authenticate, appender });
const bearer = (name: string) => ({ Authorization: `Bearer ${tokenOf(name)}` });
const append = (headers: Record<string, string>) =>
  request(app).post('/products/100/events').set(headers).send({ a: 1 });
const read = (headers: Record<string, string>) => request(app).get('/products/100/state').set(headers);
afterEach(() => {
  appender.requests.splice(0);
  lines.splice(0);
});

describe('a request without valid credentials', () => {
  test.each([
    ['nothing', {}],
    ['another scheme', { Authorization: 'Basic dXNlcjpwYXNz' }],
    ['no token', { Authorization: 'Bearer ' }],
    ['two words', { Authorization: 'Bearer a b' }],
  ])('with %s is 401, with a challenge', async (_, headers) => {
    for (const answer of [await append(headers), await read(headers)]) {
      expect(answer.status).toBe(401);
      expect(answer.body.type).toBe('/problems/unauthenticated');
      expect(answer.headers['www-authenticate']).toBe('Bearer realm="hindsight"');
    }
    expect(appender.requests).toEqual([]);
  });

  test('with an unknown token is 401, and so is the hash of a valid token', async () => {
    for (const token of ['nobody', tokenOf('writer').slice(0, -1), hashOf('writer')]) {
      const answer = await append({ Authorization: `Bearer ${token}` });
      expect(answer.status).toBe(401);
      expect(answer.headers['www-authenticate']).toBe('Bearer realm="hindsight", error="invalid_token"');
    }
  });

  test('is answered by open routes', async () => {
    for (const path of ['/healthz', '/readyz', '/openapi.json', '/docs', '/problems/unauthenticated'])
      await request(app).get(path).expect(200);
    await request(app).get('/nowhere').expect(404);
  });

  test('is refused by all other routes: these are the open ones', () => {
    const { logger } = listeningLogger();
    const closings = memoryClosings();
    const routes = routesOf({ log: fakeLog(), views: fakeViews(), closings, appender, logger });
    const open = routes.filter(({ scope }) => scope === 'open').map(({ path }) => path);
    expect(open.sort()).toEqual(['/', '/docs', '/healthz', '/openapi.json', '/problems/:slug', '/readyz']);
  });
});

describe('a caller', () => {
  test.each([
    ['reader', 200, 403],
    ['writer', 403, 201],
    ['corrector', 403, 201],
    ['latecomer', 403, 403],
  ])('%s may do what its scopes allow: read %i, append %i', async (name, reading, appending) => {
    expect((await read(bearer(name))).status).toBe(reading);
    expect((await append(bearer(name))).status).toBe(appending);
    const execution = await request(app).get('/executions/x').set(bearer(name));
    expect(execution.status).toBe(reading === 200 ? 404 : 403);
  });

  test('may not read the state through a dry run', async () => {
    const dryRun = (name: string) =>
      request(app).post('/products/100/events?dryRun=true').set(bearer(name)).send({ a: 1 });
    const { status, body } = await dryRun('writer');
    expect([status, body.detail]).toEqual([403, 'this needs the scope state:read']);
    expect(appender.requests).toEqual([]);
    expect((await dryRun('clerk')).status).toBe(201);
  });

  test('may not read the state from a refusal, which leaves no trace', async () => {
    const cause = {
      detail: 'stock would be short by 991 at 2026-11-28T10:47:16.363Z',
      ...{ rule: 'insufficient-stock', adjustment, remedies: { fits: '8' } },
    };
    const refusing = fakeAppender(() => failed('RuleBroken', cause));
    const gateway = gatewayWith({ authenticate, appender: refusing }).app;
    const refusal = async (name: string) =>
      (await request(gateway).post('/products/100/events').set(bearer(name)).send({})).body as object;
    expect(await refusal('writer')).toEqual({
      ...{ type: '/problems/insufficient-stock', title: 'Insufficient stock', status: 409 },
      ...{ detail: 'the rule insufficient-stock would be broken', rule: 'insufficient-stock' },
    });
    expect(await refusal('clerk')).toMatchObject(cause);
  });

  test('without a scope learns which one is missing', async () => {
    const { body, headers } = await read(bearer('writer'));
    expect(body).toMatchObject({
      type: '/problems/insufficient-scope',
      detail: 'this needs the scope state:read',
    });
    expect(headers['www-authenticate']).toBe(
      'Bearer realm="hindsight", error="insufficient_scope", scope="state:read"',
    );
  });

  test('passes the right to record late events to the workflow, which alone knows what is late', async () => {
    await append(bearer('writer'));
    await append(bearer('corrector'));
    expect(appender.requests.map(({ allowLate }) => allowLate)).toEqual([false, undefined]);
  });

  test('cannot claim that right in the body', async () => {
    await request(app)
      .post('/products/100/events')
      .set(bearer('writer'))
      .send({ allowLate: true, eventType: 'eventRetracted' });
    expect(appender.requests).toMatchObject([{ allowLate: false, body: { allowLate: true } }]);
  });

  test('gets 403 if the workflow found the append late', async () => {
    const detail = 'event e1 would change the past';
    const late = fakeAppender(() => failed('LateNotAllowed', { detail, eventId: 'e1' }));
    const gateway = gatewayWith({ authenticate, appender: late }).app;
    const { status, body, headers } = await request(gateway)
      .post('/products/100/events')
      .set(bearer('writer'))
      .send({});
    expect({ status, body }).toMatchObject({
      ...{ status: 403, body: { type: '/problems/late-events-not-allowed', detail } },
    });
    expect(headers['www-authenticate']).toMatch(/scope="events:write:late"/);
  });

  test.each(['/products/100/events', '/events'])(
    'may not reopen a closed period by POST %s',
    async (path) => {
      const reopening = fakeAppender(() => (path === '/events' ? acted() : succeeded()));
      const gateway = gatewayWith({ authenticate, appender: reopening }).app;
      const send = (name: string, query: string, headers = {}) =>
        request(gateway)
          .post(path + query)
          .set({ ...bearer(name), ...headers })
          .send([{ a: 1 }]);
      for (const headers of [{}, { Prefer: 'respond-async' }])
        for (const name of ['corrector', 'clerk']) {
          const { status, body } = await send(name, '?onLate=reopen', headers);
          expect([status, body.type, body.detail]).toEqual([
            ...[403, '/problems/insufficient-scope', 'this needs the scope events:write:closed'],
          ]);
        }
      expect(reopening.requests).toEqual([]);
      // What needs no right needs none.
      expect((await send('clerk', '?onLate=carry')).status).toBe(201);
      expect((await send('accountant', '?onLate=reopen')).status).toBe(201);
      expect(reopening.requests.map(({ onLate }) => onLate)).toEqual(['carry', 'reopen']);
    },
  );

  test('may not close or reopen a period without the right', async () => {
    const body = { closingId: '2026-10', asOf: '2026-10-31' };
    const close = (name: string) => request(app).post('/closings').set(bearer(name)).send(body);
    const reopen = (name: string) => request(app).delete('/closings/2026-10').set(bearer(name));
    for (const ask of [close, reopen])
      for (const name of ['corrector', 'clerk']) expect((await ask(name)).status).toBe(403);
    expect((await close('accountant')).status).toBe(202);
    expect((await request(app).get('/closings').set(bearer('clerk'))).body.closings).toMatchObject([
      { begunBy: 'accountant' },
    ]);
    expect((await reopen('accountant')).body).toMatchObject({ reopenedBy: 'accountant' });
  });

  test('is in the log by name, without the token', async () => {
    await append(bearer('corrector'));
    await append({ Authorization: 'Bearer of-nobody' });
    expect(lines.map((line) => (JSON.parse(line) as { caller?: string }).caller)).toEqual([
      'corrector',
      undefined,
    ]);
    expect(lines.join()).not.toMatch(/token-of|of-nobody|Bearer/);
  });
});

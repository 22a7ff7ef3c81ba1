import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { allScopes } from '@hindsight/api';
import { lambdaAuthenticatorOf } from './api-gateway';
import { authenticatorOf, isLoopback } from './settings';

const folder = mkdtempSync(join(tmpdir(), 'tokens-'));
afterAll(() => rmSync(folder, { recursive: true }));
const fileWith = (content: unknown): string => {
  const file = join(folder, 'tokens.json');
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
};
const token = { name: 'shop', sha256: 'a'.repeat(64), scopes: ['state:read'] };
const nobody = { headers: {} } as IncomingMessage;

test.each([
  ...['127.0.0.1', '127.9.9.9', '::1', 'localhost'].map((host) => [host, true] as const),
  ...['0.0.0.0', '::', '10.0.0.1', '192.168.1.4', 'localhost.example.com', 'myhost', '128.0.0.1'].map(
    (host) => [host, false] as const,
  ),
])('%s can be reached from this machine only: %s', (host, expected) => {
  expect(isLoopback(host)).toBe(expected);
});

test('on loopback every caller has all scopes, unless authentication is configured', async () => {
  expect((await authenticatorOf({}, '127.0.0.1')(nobody)).scopes.size).toBe(allScopes.size);
  const set = authenticatorOf({ API_TOKENS_FILE: fileWith([token]) }, '127.0.0.1');
  await expect(set(nobody)).rejects.toMatchObject({ status: 401 });
});

test('on other addresses authentication must be configured', () => {
  expect(() => authenticatorOf({}, '0.0.0.0')).toThrow(
    /^HOST is 0.0.0.0, .* set API_TOKENS_FILE, or JWT_ISSUER/,
  );
  authenticatorOf({ API_TOKENS_FILE: fileWith([token]) }, '0.0.0.0');
  authenticatorOf({ JWT_ISSUER: 'https://issuer.example', JWT_AUDIENCE: 'stock' }, '0.0.0.0');
});

test.each([
  [{ JWT_ISSUER: 'https://issuer.example' }, /JWT_ISSUER and JWT_AUDIENCE one needs the other/],
  [{ JWT_AUDIENCE: 'stock' }, /one needs the other/],
  [{ JWT_ISSUER: 'http://issuer.example', JWT_AUDIENCE: 'stock' }, /JWT_ISSUER is .* https/],
  [
    { JWT_ISSUER: 'https://issuer.example', JWT_AUDIENCE: 'stock', JWT_JWKS_URI: 'http://x.example/k' },
    /JWT_JWKS_URI is .* https/,
  ],
  [{ API_TOKENS_FILE: '/nowhere/tokens.json' }, /tokens.json can not be read: ENOENT/],
])('%j is refused', (env, message) => {
  expect(() => authenticatorOf(env, '0.0.0.0')).toThrow(message);
});

test.each([
  ['{"secret', /is not a list|can not be read: it is not JSON/],
  [[], /is not a list of tokens/],
  [[{ ...token, sha256: 'secret' }], /0.sha256 must be 64 hexadecimal digits/],
  [[{ ...token, scopes: [] }], /0.scopes/],
  [[{ ...token, scopes: ['events:read'] }], /0.scopes.0/],
  [[{ ...token, token: 'secret' }], /Unrecognized key/],
  [[token, token], /has a name twice/],
  [[token, { ...token, name: token.name.toUpperCase(), sha256: '0'.repeat(64) }], /has a name twice/],
  [[token, { ...token, name: 'other' }], /has a token twice/],
  [[{ ...token, name: 'Anonymous' }], /has a reserved name/],
  [[{ ...token, scopes: ['state:read', 'state:read'] }], /has a token with a scope twice/],
  [
    JSON.stringify([token]).replace('"scopes":', '"scopes":["state:read","events:write"],"scopes":'),
    /it has a key twice/,
  ],
])('a token file with %j is refused, and its content is not repeated', (content, message) => {
  const file = fileWith(content);
  const start = () => authenticatorOf({ API_TOKENS_FILE: file }, '0.0.0.0');
  expect(start).toThrow(message);
  expect(start).not.toThrow(/secret/);
});

describe('behind an HTTP API', () => {
  const from = (authorizer: unknown) =>
    ({
      headers: { authorization: 'Bearer mine' },
      requestContext: { authorizer },
    }) as unknown as IncomingMessage;
  const all = [...allScopes];

  test.each([
    [{ sub: 'shop', scope: 'openid events:write state:read' }, {}, 'shop', ['state:read', 'events:write']],
    [
      { client_id: 'shop', scp: '[state:read events:write:late]' },
      {},
      'shop',
      ['state:read', 'events:write:late'],
    ],
    [{ sub: 'shop' }, {}, 'shop', []],
    [
      { sub: 'shop', scope: 'stock/state:read events:write' },
      { JWT_SCOPE_PREFIX: 'stock/' },
      'shop',
      ['state:read'],
    ],
  ])('the claims %j of a token identify the caller and its scopes', async (claims, env, subject, scopes) => {
    const principal = await lambdaAuthenticatorOf(env)(from({ jwt: { claims, scopes: null } }));
    expect({ ...principal, scopes: [...principal.scopes] }).toEqual({ subject, scopes });
  });

  test('callers that IAM accepts have all scopes, or the configured ones', async () => {
    const caller = from({
      iam: { userArn: 'arn:aws:sts::1:assumed-role/warehouse/job-7', callerId: 'A:job-7' },
    });
    const { subject, scopes } = await lambdaAuthenticatorOf({})(caller);
    expect([subject, [...scopes]]).toEqual(['job-7', all]);
    const some = await lambdaAuthenticatorOf({ IAM_SCOPES: 'state:read, events:write' })(caller);
    expect([...some.scopes]).toEqual(['state:read', 'events:write']);
    expect(() => lambdaAuthenticatorOf({ IAM_SCOPES: 'everything' })).toThrow(/IAM_SCOPES names everything/);
  });

  test('without an authorizer every caller is refused, whatever the headers contain', async () => {
    for (const authorizer of [undefined, {}, { iam: null }, { jwt: {} }])
      await expect(lambdaAuthenticatorOf({})(from(authorizer))).rejects.toMatchObject({ status: 401 });
  });
});

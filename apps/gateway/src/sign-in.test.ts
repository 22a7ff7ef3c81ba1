import request from 'supertest';
import type { Explorer } from './explorer';
import { originsOf, signInOf } from './sign-in';
import { gatewayWith } from './testing/fakes';

const JWT_ISSUER = 'https://login.example.com/';
const given = { JWT_ISSUER, OIDC_CLIENT_ID: 'explorer' };

describe('how people sign in', () => {
  test('is not set by itself', () => {
    expect(signInOf({})).toBeUndefined();
    expect(signInOf({ JWT_ISSUER })).toBeUndefined();
  });

  test('asks the issuer of the tokens for the scopes of the API', () => {
    expect(signInOf({ ...given, JWT_SCOPE_PREFIX: 'stock/' })).toEqual({
      issuer: JWT_ISSUER,
      clientId: 'explorer',
      scopes: [
        'openid',
        'stock/state:read',
        'stock/events:write',
        'stock/events:write:late',
        'stock/events:write:closed',
      ],
      parameters: {},
    });
  });

  test('or as it is set', () => {
    const settings = {
      ...{ OIDC_ISSUER: 'https://other.example', OIDC_SCOPES: 'state:read, openid' },
      ...{
        OIDC_PARAMETERS: 'audience=stock&resource=https%3A%2F%2Fa',
        OIDC_TOKEN_ORIGIN: 'https://t.example/x',
      },
    };
    expect(signInOf({ ...given, ...settings })).toEqual({
      issuer: 'https://other.example',
      clientId: 'explorer',
      scopes: ['openid', 'state:read'],
      parameters: { audience: 'stock', resource: 'https://a' },
      tokenOrigin: 'https://t.example',
    });
  });

  test.each([
    ['needs an issuer', { JWT_ISSUER: '' }, 'needs JWT_ISSUER or OIDC_ISSUER'],
    ['needs an encrypted one', { OIDC_ISSUER: 'http://login.example.com' }, 'must be an https URL'],
    ['needs an address', { OIDC_TOKEN_ORIGIN: 'login' }, 'must be an https URL'],
    ['adds nothing to the policy', { OIDC_ISSUER: "https://a;script-src'*'.example" }, 'not a host name'],
  ])('%s', (_, settings, said) => {
    expect(() => signInOf({ ...given, ...settings })).toThrow(said);
  });

  test('takes an unencrypted issuer on this machine', () => {
    expect(signInOf({ ...given, JWT_ISSUER: 'http://127.0.0.1:4000' })?.issuer).toBe('http://127.0.0.1:4000');
  });

  test('names each origin once', () => {
    const signIn = { issuer: JWT_ISSUER, clientId: 'a', scopes: [], parameters: {} };
    expect(originsOf(signIn)).toEqual(['https://login.example.com']);
    expect(originsOf({ ...signIn, tokenOrigin: 'https://login.example.com' })).toHaveLength(1);
    expect(originsOf({ ...signIn, tokenOrigin: 'https://t.example' })).toHaveLength(2);
  });
});

test('the page knows the issuer, and may call it and nobody else', async () => {
  const explorer: Explorer = { page: '<!doctype html><head></head>', assets: new Map() };
  const signIn = { issuer: JWT_ISSUER, clientId: '"><script>', scopes: ['a&b'], parameters: { p: '$&' } };
  const { text, headers } = await request(gatewayWith({ explorer, signIn }).app)
    .get('/')
    .set('Accept', 'text/html')
    .expect(200);
  const [, content = ''] = /<meta name="hindsight-sign-in" content="([^"]*)" \/><\/head>$/.exec(text) ?? [];
  const unescaped = content
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
  expect(JSON.parse(unescaped)).toEqual(signIn);
  const policy = String(headers['content-security-policy']).split(';');
  expect(policy).toContain("connect-src 'self' https://login.example.com");
  expect(policy.filter((directive) => directive.includes('example'))).toHaveLength(1);
});

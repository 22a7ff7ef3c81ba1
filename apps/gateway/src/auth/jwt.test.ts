import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT, type CryptoKey, type JWK } from 'jose';
import { jwtTokens } from './jwt';

/** A token issuer with the endpoints that the gateway calls. */
let issuer: Server;
let url: string;
let published: JWK[];
let asked: string[] = [];
let broken: boolean | 'endless' = false;
let key: CryptoKey;

beforeAll(async () => {
  const pair = await generateKeyPair('ES256');
  key = pair.privateKey;
  published = [{ ...(await exportJWK(pair.publicKey)), kid: 'first', alg: 'ES256' }];
  issuer = createServer(({ url: path = '' }, response) => {
    asked.push(path);
    if (broken === 'endless') {
      const more = (): void => {
        while (!response.destroyed && response.write(' '.repeat(16_384)));
      };
      response.writeHead(200).on('drain', more);
      more();
    } else if (broken) response.writeHead(500).end();
    else if (path === '/keys') response.end(JSON.stringify({ keys: published }));
    else response.end(JSON.stringify({ issuer: url, jwks_uri: `${url}/keys` }));
  });
  await new Promise<void>((resolve) => issuer.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => issuer.close(resolve)));
beforeEach(() => {
  asked = [];
  broken = false;
});

const verifier = (more: object = {}) => jwtTokens({ issuer: url, audience: 'stock', ...more });
interface Claims {
  readonly [claim: string]: unknown;
}
const signed = (claims: Claims = {}, header: { kid?: string; alg?: string } = {}, by = key) =>
  new SignJWT({ iss: url, aud: 'stock', sub: 'shop', exp: Math.floor(Date.now() / 1_000) + 60, ...claims })
    .setProtectedHeader({ alg: 'ES256', kid: 'first', ...header })
    .sign(by);

test.each([
  [{ scope: 'openid state:read events:write' }, {}, ['state:read', 'events:write']],
  [{ scp: ['state:read'] }, {}, ['state:read']],
  [
    { scope: 'https://stock.example/events:write state:read' },
    { scopePrefix: 'https://stock.example/' },
    ['events:write'],
  ],
  [{}, {}, []],
])('a valid token with %j is accepted', async (claims, more, scopes) => {
  const principal = await verifier(more).verify(await signed(claims));
  expect(principal?.subject).toBe('shop');
  expect([...(principal?.scopes ?? [])]).toEqual(scopes);
});

test('the keys are fetched for the first token, not for each', async () => {
  const tokens = verifier();
  expect(asked).toEqual([]);
  for (let i = 0; i < 3; i += 1) await tokens.verify(await signed());
  expect(asked).toEqual(['/.well-known/openid-configuration', '/keys']);
});

describe('a token is refused', () => {
  const past = Math.floor(Date.now() / 1_000) - 60;
  test.each<[string, Claims]>([
    ['of another issuer', { iss: 'https://other.example' }],
    ['for another audience', { aud: 'other' }],
    ['that has run out', { exp: past }],
    ['that never runs out', { exp: undefined }],
    ['from before its time', { nbf: past + 600 }],
    ['of nobody', { sub: undefined }],
  ])('%s', async (_, claims) => {
    expect(await verifier().verify(await signed(claims))).toBeUndefined();
  });

  test('by another key under the same name, or by a key that the issuer does not have', async () => {
    const { privateKey } = await generateKeyPair('ES256');
    expect(await verifier().verify(await signed({}, {}, privateKey))).toBeUndefined();
    expect(await verifier().verify(await signed({}, { kid: 'other' }, privateKey))).toBeUndefined();
  });

  test('without a signature, or with the public key as a shared secret', async () => {
    const claims = { iss: url, aud: 'stock', sub: 'shop', exp: past + 600 };
    expect(await verifier().verify(new UnsecuredJWT(claims).encode())).toBeUndefined();
    const secret = new TextEncoder().encode(JSON.stringify(published[0]));
    const confused = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', kid: 'first' })
      .sign(secret);
    expect(await verifier().verify(confused)).toBeUndefined();
  });

  test('that is not a JWT', async () => {
    for (const text of ['', 'abc', 'eyJ.a.b', 'eyJhbGciOiJFUzI1NiJ9..', `${await signed()}x`])
      expect(await verifier().verify(text)).toBeUndefined();
  });
});

test('an outage of the issuer says nothing about the token, and the next request retries', async () => {
  const tokens = verifier({ pauseMs: 0 });
  broken = true;
  await expect(tokens.verify(await signed())).rejects.toMatchObject({ status: 503 });
  broken = false;
  expect(await tokens.verify(await signed())).toMatchObject({ subject: 'shop' });
});

test('an endless response of the issuer is aborted', async () => {
  broken = 'endless';
  await expect(verifier().verify(await signed())).rejects.toMatchObject({ status: 503 });
});

test('an issuer that failed is not contacted for a while, and cached tokens stay valid', async () => {
  const tokens = verifier();
  const known = await signed();
  await tokens.verify(known);
  expect(tokens.known(known)?.subject).toBe('shop');
  broken = true;
  const before = asked.length;
  for (let i = 0; i < 5; i += 1) {
    const unknown = await signed({ sub: `other-${i}` }, { kid: 'other' });
    await tokens.verify(unknown).catch(() => undefined);
    expect(tokens.known(unknown)).toBeUndefined();
  }
  expect(asked.length - before).toBeLessThanOrEqual(1);
  expect(await tokens.verify(known)).toMatchObject({ subject: 'shop' });
  const fresh = verifier();
  for (let i = 0; i < 5; i += 1) await expect(fresh.verify(known)).rejects.toMatchObject({ status: 503 });
  expect(asked.length - before).toBeLessThanOrEqual(2);
});

import type { JWTPayload, JWTVerifyGetKey } from 'jose';
import { unavailable } from '../problems';
import type { TokenVerifier } from './authenticator';
import { issuerFetch } from './issuer';
import { scopesAmong } from '@hindsight/api';
import type { Principal } from './principal';
import { VerifiedTokens } from './verified-tokens';

export interface JwtSettings {
  /** As it stands in the tokens' `iss`. */
  readonly issuer: string;
  /** One of the tokens' `aud` must be this. */
  readonly audience: string;
  /** Where the issuer's keys are; absent: where its OpenID configuration says. */
  readonly jwksUri?: string | undefined;
  /** What the issuer puts before the names of scopes, such as `https://stock.example/`. */
  readonly scopePrefix?: string | undefined;
  /** How long an issuer that failed is not asked again; by default two seconds. */
  readonly pauseMs?: number;
}

/** Signatures by keys that only the issuer has. Nothing that a public key could be taken as the secret for. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
/** Seconds by which clocks may differ. */
const TOLERANCE = 5;
/** How long an issuer that failed is not asked again. */
const PAUSE_MS = 2_000;
/** An encoded header, with an `alg` in it. */
const isJwt = (token: string): boolean => token.startsWith('eyJ') && token.split('.').length === 3;

/** Where the issuer publishes its keys (OpenID Connect Discovery). */
async function discovered(issuer: string, ask: ReturnType<typeof issuerFetch>): Promise<string> {
  const response = await ask(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
  const { issuer: said, jwks_uri: uri } = (await response.json()) as Record<string, unknown>;
  // Another issuer's document must not be taken for this one's.
  if (said !== issuer || typeof uri !== 'string')
    throw new Error('the OpenID configuration is not the issuer’s');
  return uri;
}

/** The words of the two usual claims: one string with spaces between, or a list. */
function wordsOf({ scope, scp }: JWTPayload, prefix: string): string[] {
  return [scope, scp]
    .flat()
    .flatMap((claim) => (typeof claim === 'string' ? claim.split(' ') : []))
    .flatMap((word) => (word.startsWith(prefix) ? [word.slice(prefix.length)] : []));
}

function principalOf(claims: JWTPayload, { scopePrefix = '' }: JwtSettings): Principal | undefined {
  const { sub, client_id: client } = claims;
  const subject = sub ?? (typeof client === 'string' ? client : undefined);
  return subject === undefined ? undefined : { subject, scopes: scopesAmong(wordsOf(claims, scopePrefix)) };
}

/**
 * Knows the tokens of an issuer by its published keys, which are fetched when the first token comes, and again
 * when a token names a key that is not among them.
 */
export function jwtTokens(settings: JwtSettings): TokenVerifier {
  const { issuer, audience, jwksUri, pauseMs = PAUSE_MS } = settings;
  const ask = issuerFetch(pauseMs);
  const verified = new VerifiedTokens();
  let keys: Promise<JWTVerifyGetKey> | undefined;
  const load = async (): Promise<JWTVerifyGetKey> => {
    const { createRemoteJWKSet, customFetch } = await import('jose');
    const uri = new URL(jwksUri ?? (await discovered(issuer, ask)));
    return createRemoteJWKSet(uri, { [customFetch]: ask });
  };
  /** What failed once may work the next time. */
  const keysNow = (): Promise<JWTVerifyGetKey> =>
    (keys ??= load().catch((error: unknown) => {
      keys = undefined;
      throw error;
    }));
  return {
    known: (token) => verified.find(token),
    async verify(token) {
      if (!isJwt(token)) return undefined;
      const known = verified.find(token);
      if (known !== undefined) return known;
      // Loaded when it is needed, which on loopback is never.
      const { jwtVerify } = await import('jose');
      try {
        const { payload } = await jwtVerify(token, await keysNow(), {
          ...{ issuer, audience, algorithms: ALGORITHMS, clockTolerance: TOLERANCE, requiredClaims: ['exp'] },
        });
        const principal = principalOf(payload, settings);
        if (principal !== undefined) verified.add(token, principal, payload.exp ?? 0);
        return principal;
      } catch (error) {
        if (isVerdict(error)) return undefined;
        throw unavailable('the issuer of tokens does not answer');
      }
    },
  };
}

/** The token is not good; anything else says that it could not be found out. */
function isVerdict(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return /^ERR_(JWT|JWS|JOSE_ALG|JOSE_NOT|JWKS_NO|JWKS_MULT)/.test(code);
}

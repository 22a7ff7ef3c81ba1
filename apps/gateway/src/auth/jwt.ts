import type { JWTPayload, JWTVerifyGetKey } from 'jose';
import { unavailable } from '../problems';
import type { TokenVerifier } from './authenticator';
import { issuerFetch } from './issuer';
import { scopesAmong } from '@hindsight/api';
import type { Principal } from './principal';
import { VerifiedTokens } from './verified-tokens';

export interface JwtSettings {
  /** Must equal the tokens' `iss`. */
  readonly issuer: string;
  /** Must be among the tokens' `aud`. */
  readonly audience: string;
  /** URL of the issuer's keys; absent: taken from its OpenID configuration. */
  readonly jwksUri?: string | undefined;
  /** The prefix that the issuer adds to scope names, such as `https://stock.example/`. */
  readonly scopePrefix?: string | undefined;
  /** How long to wait before contacting an issuer again after a failure; two seconds by default. */
  readonly pauseMs?: number;
}

/**
 * Asymmetric signatures only. With a symmetric algorithm, a public key could be misused as the shared secret.
 */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
/** Clock tolerance in seconds. */
const TOLERANCE = 5;
/** How long to wait before contacting an issuer again after a failure. */
const PAUSE_MS = 2_000;
/** Matches an encoded header that has an `alg`. */
const isJwt = (token: string): boolean => token.startsWith('eyJ') && token.split('.').length === 3;

/** Where the issuer publishes its keys (OpenID Connect Discovery). */
async function discovered(issuer: string, ask: ReturnType<typeof issuerFetch>): Promise<string> {
  const response = await ask(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
  const { issuer: said, jwks_uri: uri } = (await response.json()) as Record<string, unknown>;
  // Don't accept another issuer's document.
  if (said !== issuer || typeof uri !== 'string')
    throw new Error('the OpenID configuration is not the issuer’s');
  return uri;
}

/** The words of the two usual scope claims: a string separated by spaces, or a list. */
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
 * Verifies an issuer's tokens with its published keys. Fetches the keys for the first token, and again when a
 * token names an unknown key.
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
  /** Drops a failed result so that the next call retries. */
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
      // Loaded on first use, which on loopback is never.
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

/** The token is invalid. Any other error means that the check itself failed. */
function isVerdict(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return /^ERR_(JWT|JWS|JOSE_ALG|JOSE_NOT|JWKS_NO|JWKS_MULT)/.test(code);
}

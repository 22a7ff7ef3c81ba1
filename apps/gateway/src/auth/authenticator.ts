import type { IncomingMessage } from 'node:http';
import { Problem } from '../problems';
import { allScopes, type SecurityScheme } from '@hindsight/api';
import type { Principal } from './principal';

/**
 * Tells who a request is from.
 * @throws Problem unauthenticated where it does not say, or says what is not so; unavailable where that cannot be
 * found out at the moment
 */
export interface Authenticator {
  (request: IncomingMessage): Promise<Principal>;
  /** How callers prove who they are, for the OpenAPI document; absent: they need not. */
  readonly security?: SecurityScheme;
}

/** Knows one kind of bearer token. */
export interface TokenVerifier {
  /** Undefined: not one of its tokens, or one that is not good. */
  verify(token: string): Promise<Principal | undefined>;
}

const anybody: Principal = { subject: 'anonymous', scopes: allScopes };

/** Takes everybody for somebody who may do everything; only for addresses that nobody else can reach. */
export const openToAll: Authenticator = () => Promise.resolve(anybody);

const refused = (detail: string, challenge: string): Problem =>
  new Problem('unauthenticated', detail, {
    headers: { 'WWW-Authenticate': `Bearer realm="hindsight"${challenge}` },
  });

/** Bearer tokens (RFC 6750) of the `Authorization` header; never of the address, which ends up in logs. */
export function bearerTokens(verifiers: readonly TokenVerifier[]): Authenticator {
  const authenticate = async ({ headers }: IncomingMessage): Promise<Principal> => {
    const [scheme = '', token = '', ...rest] = (headers.authorization ?? '').trim().split(/ +/);
    if (scheme.toLowerCase() !== 'bearer' || token === '' || rest.length > 0)
      throw refused('send a token: Authorization: Bearer …', '');
    for (const verifier of verifiers) {
      const principal = await verifier.verify(token);
      if (principal !== undefined) return principal;
    }
    throw refused(
      'the token is not known, not valid any more, or not for this API',
      ', error="invalid_token"',
    );
  };
  return Object.assign(authenticate, { security: 'bearer' as const });
}

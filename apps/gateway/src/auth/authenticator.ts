import type { IncomingMessage } from 'node:http';
import { Problem } from '../problems';
import { allScopes, type SecurityScheme } from '@hindsight/api';
import type { Principal } from './principal';

export interface Authenticator {
  /**
   * Identifies the caller of a request.
   * @throws Problem unauthenticated if the token is missing or invalid; unavailable if that can't be
   * determined at the moment
   */
  (request: IncomingMessage): Promise<Principal>;
  /**
   * The caller of a request, as far as known without a network call. The rate limit runs before
   * authentication and counts these callers by name.
   */
  readonly known?: (request: IncomingMessage) => Principal | undefined;
  /** The security scheme for the OpenAPI document; absent: no authentication. */
  readonly security?: SecurityScheme;
}

/** Verifies one kind of bearer token. */
export interface TokenVerifier {
  /** What is known about a token without a network call. */
  known(token: string): Principal | undefined;
  /** Undefined: another kind of token, or an invalid one. */
  verify(token: string): Promise<Principal | undefined>;
}

const anybody: Principal = { subject: 'anonymous', scopes: allScopes };

/** Treats every caller as anonymous with all scopes. For loopback only. */
export const openToAll: Authenticator = Object.assign(() => Promise.resolve(anybody), {
  known: () => anybody,
});

const refused = (detail: string, challenge: string): Problem =>
  new Problem('unauthenticated', detail, {
    headers: { 'WWW-Authenticate': `Bearer realm="hindsight"${challenge}` },
  });

/** Bearer tokens (RFC 6750) in the `Authorization` header. Never in the URL, because URLs are logged. */
export function bearerTokens(verifiers: readonly TokenVerifier[]): Authenticator {
  const authenticate = async (request: IncomingMessage): Promise<Principal> => {
    const token = tokenOf(request);
    if (token === undefined) throw refused('send a token: Authorization: Bearer …', '');
    for (const verifier of verifiers) {
      const principal = await verifier.verify(token);
      if (principal !== undefined) return principal;
    }
    throw refused(
      'the token is not known, not valid any more, or not for this API',
      ', error="invalid_token"',
    );
  };
  const known = (request: IncomingMessage): Principal | undefined => {
    const token = tokenOf(request);
    if (token === undefined) return undefined;
    return verifiers.map((verifier) => verifier.known(token)).find((principal) => principal !== undefined);
  };
  return Object.assign(authenticate, { known, security: 'bearer' as const });
}

function tokenOf({ headers }: IncomingMessage): string | undefined {
  const [scheme = '', token = '', ...rest] = (headers.authorization ?? '').trim().split(/ +/);
  return scheme.toLowerCase() === 'bearer' && token !== '' && rest.length === 0 ? token : undefined;
}

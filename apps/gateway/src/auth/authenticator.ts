import type { IncomingMessage } from 'node:http';
import { Problem } from '../problems';
import { allScopes, type SecurityScheme } from '@hindsight/api';
import type { Principal } from './principal';

export interface Authenticator {
  /**
   * Finds out who a request is from.
   * @throws Problem unauthenticated if it does not say, or its token is not good; unavailable if that can't be found out
   * at the moment
   */
  (request: IncomingMessage): Promise<Principal>;
  /**
   * Who a request is from, as far as that is known without asking anyone. The rate limit, which comes before
   * authentication, counts these callers by name.
   */
  readonly known?: (request: IncomingMessage) => Principal | undefined;
  /** How callers prove who they are, for the OpenAPI document; absent: they need not. */
  readonly security?: SecurityScheme;
}

/** Knows one kind of bearer token. */
export interface TokenVerifier {
  /** What is known about a token without asking anyone. */
  known(token: string): Principal | undefined;
  /** Undefined: not one of its tokens, or one that is not good. */
  verify(token: string): Promise<Principal | undefined>;
}

const anybody: Principal = { subject: 'anonymous', scopes: allScopes };

/** Takes everybody for somebody who may do everything; only for addresses that nobody else can reach. */
export const openToAll: Authenticator = Object.assign(() => Promise.resolve(anybody), {
  known: () => anybody,
});

const refused = (detail: string, challenge: string): Problem =>
  new Problem('unauthenticated', detail, {
    headers: { 'WWW-Authenticate': `Bearer realm="hindsight"${challenge}` },
  });

/** Bearer tokens (RFC 6750) of the `Authorization` header; never of the address, which ends up in logs. */
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

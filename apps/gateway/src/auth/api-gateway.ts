import type { IncomingMessage } from 'node:http';
import { EnvironmentError } from '../environment-error';
import { Problem } from '../problems';
import { valueOf } from '../variables';
import type { Authenticator } from './authenticator';
import { scopes, scopesAmong, type Scope, type SecurityScheme } from '@hindsight/api';
import type { Principal } from './principal';

/** What an HTTP API passes on about a caller that its authorizer accepted. */
interface Authorizer {
  readonly jwt?: { readonly claims?: Readonly<Record<string, unknown>> | null };
  readonly iam?: { readonly userArn?: string | null; readonly callerId?: string | null } | null;
}
type FromApiGateway = IncomingMessage & { readonly requestContext?: { readonly authorizer?: Authorizer } };

interface ApiGatewaySettings {
  /** The scopes of every caller that IAM accepts: IAM has no scopes of its own. */
  readonly iamScopes: ReadonlySet<Scope>;
  /** The prefix that the issuer adds to scope names. */
  readonly scopePrefix?: string | undefined;
}

/** The words of a claim. The HTTP API writes lists as `[a b]`. */
const wordsOf = (claim: unknown): string[] =>
  typeof claim === 'string' ? claim.replace(/^\[|\]$/g, '').split(/[ ,]+/) : [];

function jwtPrincipal(claims: Readonly<Record<string, unknown>>, prefix: string): Principal {
  const { sub, client_id: client, scope, scp } = claims;
  const words = [...wordsOf(scope), ...wordsOf(scp)].flatMap((word) =>
    word.startsWith(prefix) ? [word.slice(prefix.length)] : [],
  );
  const [subject = 'unnamed'] = [sub, client].filter((name) => typeof name === 'string');
  return { subject, scopes: scopesAmong(words) };
}

/**
 * Trusts the HTTP API to identify the caller. The identity is passed outside the request, so a client can't
 * forge it. Without an authorizer's result, every caller is refused.
 */
function apiGatewayCallers({ iamScopes, scopePrefix = '' }: ApiGatewaySettings): Authenticator {
  return (request: FromApiGateway): Promise<Principal> => {
    const { jwt, iam } = request.requestContext?.authorizer ?? {};
    if (jwt?.claims) return Promise.resolve(jwtPrincipal(jwt.claims, scopePrefix));
    // The last part of a user's ARN is the name of the user or the session.
    const name = iam?.userArn?.split('/').at(-1) ?? iam?.callerId;
    if (name) return Promise.resolve({ subject: name, scopes: iamScopes });
    return Promise.reject(
      new Problem('unauthenticated', 'the API in front of this one has no authorizer', {
        headers: { 'WWW-Authenticate': 'Bearer realm="hindsight"' },
      }),
    );
  };
}

/**
 * The scopes in a variable, separated by commas or spaces.
 * @throws EnvironmentError
 */
function iamScopesOf(text: string): ReadonlySet<Scope> {
  const words = text.split(/[ ,]+/).filter((word) => word !== '');
  const unknown = words.find((word) => !scopes.some((scope) => scope === word));
  if (unknown !== undefined)
    throw new EnvironmentError(
      `the environment variable IAM_SCOPES names ${unknown}; scopes are ${scopes.join(', ')}`,
    );
  return scopesAmong(words);
}

/**
 * The authenticator of a Lambda behind an HTTP API.
 * @throws EnvironmentError
 */
export function lambdaAuthenticatorOf(env: NodeJS.ProcessEnv): Authenticator {
  const authenticate = apiGatewayCallers({
    iamScopes: iamScopesOf(valueOf(env, 'IAM_SCOPES') ?? ''),
    scopePrefix: valueOf(env, 'JWT_SCOPE_PREFIX'),
  });
  const security: SecurityScheme = valueOf(env, 'API_AUTHORIZER') === 'iam' ? 'sigv4' : 'bearer';
  return Object.assign(authenticate, { security });
}

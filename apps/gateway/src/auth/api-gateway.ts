import type { IncomingMessage } from 'node:http';
import { EnvironmentError } from '../environment-error';
import { Problem } from '../problems';
import { valueOf } from '../variables';
import type { Authenticator } from './authenticator';
import { scopes, scopesAmong, type Scope, type SecurityScheme } from '@hindsight/api';
import type { Principal } from './principal';

/** What an HTTP API hands on about the caller, whom its authoriser has let through. */
interface Authorizer {
  readonly jwt?: { readonly claims?: Readonly<Record<string, unknown>> | null };
  readonly iam?: { readonly userArn?: string | null; readonly callerId?: string | null } | null;
}
type FromApiGateway = IncomingMessage & { readonly requestContext?: { readonly authorizer?: Authorizer } };

interface ApiGatewaySettings {
  /** What every caller may do whom IAM lets through: it knows no scopes. */
  readonly iamScopes: ReadonlySet<Scope>;
  /** What the issuer puts before the names of scopes. */
  readonly scopePrefix?: string | undefined;
}

/** A claim's words. The HTTP API writes lists as `[a b]`. */
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
 * Takes the HTTP API's word for who calls. It lies beside the request, not in it: nothing that a client sends can
 * get there. Without an authoriser's word nobody may do anything.
 */
function apiGatewayCallers({ iamScopes, scopePrefix = '' }: ApiGatewaySettings): Authenticator {
  return (request: FromApiGateway): Promise<Principal> => {
    const { jwt, iam } = request.requestContext?.authorizer ?? {};
    if (jwt?.claims) return Promise.resolve(jwtPrincipal(jwt.claims, scopePrefix));
    // The last part of a user's ARN is the name of the user or the session.
    const name = iam?.userArn?.split('/').at(-1) ?? iam?.callerId;
    if (name) return Promise.resolve({ subject: name, scopes: iamScopes });
    return Promise.reject(
      new Problem('unauthenticated', 'the API in front of this one has no authoriser', {
        headers: { 'WWW-Authenticate': 'Bearer realm="hindsight"' },
      }),
    );
  };
}

/** The scopes that a variable lists, apart by commas or spaces. @throws EnvironmentError */
function iamScopesOf(text: string): ReadonlySet<Scope> {
  const words = text.split(/[ ,]+/).filter((word) => word !== '');
  const unknown = words.find((word) => !scopes.some((scope) => scope === word));
  if (unknown !== undefined)
    throw new EnvironmentError(
      `the environment variable IAM_SCOPES names ${unknown}; scopes are ${scopes.join(', ')}`,
    );
  return scopesAmong(words);
}

/** How callers of a Lambda behind an HTTP API are told apart. @throws EnvironmentError */
export function lambdaAuthenticatorOf(env: NodeJS.ProcessEnv): Authenticator {
  const authenticate = apiGatewayCallers({
    iamScopes: iamScopesOf(valueOf(env, 'IAM_SCOPES') ?? ''),
    scopePrefix: valueOf(env, 'JWT_SCOPE_PREFIX'),
  });
  const security: SecurityScheme = valueOf(env, 'API_AUTHORIZER') === 'iam' ? 'sigv4' : 'bearer';
  return Object.assign(authenticate, { security });
}

import { scopes as apiScopes } from '@hindsight/api';
import { checkUrl } from './auth/settings';
import { EnvironmentError } from './environment-error';
import { valueOf } from './variables';

/** How people sign in on the page: OpenID Connect, authorization code flow with PKCE. No part of it is secret. */
export interface SignIn {
  readonly issuer: string;
  /** The page as a public client of the issuer. */
  readonly clientId: string;
  readonly scopes: readonly string[];
  /** Further parameters, such as the `audience` or `resource` that the tokens are for. */
  readonly parameters: Readonly<Record<string, string>>;
  /** The origin of the issuer's token endpoint, where that is not the issuer's own. */
  readonly tokenOrigin?: string | undefined;
}

/** Hosts and ports; a semicolon would end the directive of the policy. */
const ORIGIN = /^https?:\/\/[\w.[\]:-]+$/;

function originOf(name: string, url: string): string {
  checkUrl(name, url);
  const { origin } = new URL(url);
  if (ORIGIN.test(origin)) return origin;
  throw new EnvironmentError(`the environment variable ${name} is ${url}; its host is not a host name`);
}

/**
 * How people sign in; undefined: with a token that they have.
 * @throws EnvironmentError
 */
export function signInOf(env: NodeJS.ProcessEnv): SignIn | undefined {
  const clientId = valueOf(env, 'OIDC_CLIENT_ID');
  if (clientId === undefined) return undefined;
  const issuer = valueOf(env, 'OIDC_ISSUER') ?? valueOf(env, 'JWT_ISSUER');
  if (issuer === undefined)
    throw new EnvironmentError('the environment variable OIDC_CLIENT_ID needs JWT_ISSUER or OIDC_ISSUER');
  originOf('OIDC_ISSUER', issuer);
  const prefix = valueOf(env, 'JWT_SCOPE_PREFIX') ?? '';
  const scopes = valueOf(env, 'OIDC_SCOPES')?.split(/[ ,]+/) ?? apiScopes.map((scope) => `${prefix}${scope}`);
  const token = valueOf(env, 'OIDC_TOKEN_ORIGIN');
  return {
    ...{ issuer, clientId },
    // What makes it OpenID Connect.
    scopes: [...new Set(['openid', ...scopes.filter((scope) => scope !== '')])],
    parameters: Object.fromEntries(new URLSearchParams(valueOf(env, 'OIDC_PARAMETERS'))),
    ...(token !== undefined && { tokenOrigin: originOf('OIDC_TOKEN_ORIGIN', token) }),
  };
}

/** The origins that the page may call for it. */
export function originsOf({ issuer, tokenOrigin }: SignIn): string[] {
  const own = new URL(issuer).origin;
  return tokenOrigin === undefined || tokenOrigin === own ? [own] : [own, tokenOrigin];
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '"': '&quot;', '<': '&lt;', '>': '&gt;' };

/** The page, with what it needs to know in its head. */
export function withSignIn(page: string, { issuer, clientId, scopes, parameters }: SignIn): string {
  const text = JSON.stringify({ issuer, clientId, scopes, parameters });
  const content = text.replaceAll(/[&"<>]/g, (character) => ESCAPES[character] ?? '');
  return page.replace('</head>', () => `<meta name="hindsight-sign-in" content="${content}" /></head>`);
}

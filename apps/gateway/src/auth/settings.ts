import { isIP, BlockList } from 'node:net';
import { EnvironmentError } from '../environment-error';
import { valueOf } from '../variables';
import { apiTokens, tokensIn } from './api-tokens';
import { bearerTokens, openToAll, type Authenticator, type TokenVerifier } from './authenticator';
import { jwtTokens } from './jwt';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/**
 * Whether only programs on this machine can reach the host. A name may resolve to any address, so `localhost`
 * is the only name accepted.
 */
export function isLoopback(host: string): boolean {
  const version = isIP(host);
  if (version === 0) return host === 'localhost';
  return loopback.check(host, version === 4 ? 'ipv4' : 'ipv6');
}

function jwtOf(env: NodeJS.ProcessEnv): TokenVerifier | undefined {
  const issuer = valueOf(env, 'JWT_ISSUER');
  const audience = valueOf(env, 'JWT_AUDIENCE');
  if (issuer === undefined && audience === undefined) return undefined;
  if (issuer === undefined || audience === undefined)
    throw new EnvironmentError(
      'of the environment variables JWT_ISSUER and JWT_AUDIENCE one needs the other',
    );
  const jwksUri = valueOf(env, 'JWT_JWKS_URI');
  for (const [name, url] of Object.entries({ JWT_ISSUER: issuer, JWT_JWKS_URI: jwksUri }))
    checkUrl(name, url);
  return jwtTokens({ issuer, audience, jwksUri, scopePrefix: valueOf(env, 'JWT_SCOPE_PREFIX') });
}

/** Keys fetched over an unencrypted network can be forged. */
export function checkUrl(name: string, text: string | undefined): void {
  if (text === undefined) return;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const own = url?.protocol === 'http:' && isLoopback(url.hostname.replace(/^\[|\]$/g, ''));
  if (url?.protocol === 'https:' || own) return;
  throw new EnvironmentError(`the environment variable ${name} is ${text}; it must be an https URL`);
}

/**
 * How a server authenticates its callers.
 * @throws EnvironmentError if the server is reachable from other machines and no authentication is configured
 */
export function authenticatorOf(env: NodeJS.ProcessEnv, host: string): Authenticator {
  const file = valueOf(env, 'API_TOKENS_FILE');
  const jwt = jwtOf(env);
  const verifiers = [...(file === undefined ? [] : [apiTokens(tokensIn(file))]), ...(jwt ? [jwt] : [])];
  if (verifiers.length > 0) return bearerTokens(verifiers);
  if (isLoopback(host)) return openToAll;
  throw new EnvironmentError(
    `HOST is ${host}, which others can reach, and nothing says who may come in: set API_TOKENS_FILE, or ` +
      'JWT_ISSUER and JWT_AUDIENCE (docs/how-to/operations.md), or HOST to 127.0.0.1',
  );
}

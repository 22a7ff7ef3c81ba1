import cors from 'cors';
import type { RequestHandler } from 'express';
import { EnvironmentError } from './environment-error';
import { valueOf } from './variables';

/** Response headers that scripts may read, in addition to the CORS-safelisted ones. */
const EXPOSED = [
  'Content-Location',
  'ETag',
  'Idempotent-Replayed',
  'Link',
  'Location',
  'Memento-Datetime',
  'Preference-Applied',
  'RateLimit',
  'RateLimit-Policy',
  'Retry-After',
  'WWW-Authenticate',
  'X-Request-Id',
];
const HOUR = 3_600;

/**
 * The origins in CORS_ORIGINS.
 * @throws EnvironmentError for an invalid origin: browsers compare origins as strings, so a trailing slash
 * would match nothing
 */
export function corsOriginsOf(env: NodeJS.ProcessEnv): string[] {
  const origins = (valueOf(env, 'CORS_ORIGINS') ?? '').split(',').flatMap((one) => one.trim() || []);
  for (const origin of origins) {
    if (origin !== '*' && !(URL.canParse(origin) && new URL(origin).origin === origin))
      throw new EnvironmentError(
        `the environment variable CORS_ORIGINS has ${origin}; an origin is written like https://shop.example`,
      );
  }
  return origins;
}

/** Allows pages of the listed origins to use the API from a browser (CORS), without browser credentials. */
export function crossOrigin(origins: readonly string[]): RequestHandler {
  if (origins.length === 0) return (_request, _response, next) => next();
  const allowing = cors({
    origin: origins.includes('*') ? '*' : [...origins],
    methods: ['GET', 'HEAD', 'POST', 'DELETE'],
    exposedHeaders: EXPOSED,
    maxAge: HOUR,
  });
  return (request, response, next) => {
    const isPreflight = request.headers['access-control-request-method'] !== undefined;
    // An OPTIONS request that is not a preflight is answered by the route itself, with `Allow`.
    if (request.method === 'OPTIONS' && !isPreflight) next();
    else allowing(request, response, next);
  };
}

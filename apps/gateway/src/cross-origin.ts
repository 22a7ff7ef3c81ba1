import cors from 'cors';
import type { RequestHandler } from 'express';
import { EnvironmentError } from './environment-error';
import { valueOf } from './variables';

/** What scripts get to see beside the few headers that they always may. */
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
 * The origins that CORS_ORIGINS names.
 * @throws EnvironmentError for what is no origin: a browser compares them letter by letter, and a slash too many
 * would let nobody in
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

/** Lets pages of some origins use the API from a browser (CORS). Credentials of the browser are never asked for. */
export function crossOrigin(origins: readonly string[]): RequestHandler {
  if (origins.length === 0) return (_request, _response, next) => next();
  const allowing = cors({
    origin: origins.includes('*') ? '*' : [...origins],
    methods: ['GET', 'HEAD', 'POST'],
    exposedHeaders: EXPOSED,
    maxAge: HOUR,
  });
  return (request, response, next) => {
    const isPreflight = request.headers['access-control-request-method'] !== undefined;
    // OPTIONS for its own sake is answered with `Allow`, by the address itself.
    if (request.method === 'OPTIONS' && !isPreflight) next();
    else allowing(request, response, next);
  };
}

import { isIP } from 'node:net';
import type { RequestHandler } from 'express';
import { rateLimit } from 'express-rate-limit';
import { isLoopback } from './auth/settings';
import { clientOf } from './client';
import { EnvironmentError } from './environment-error';
import { Problem } from './problems';
import { valueOf } from './variables';

/** The number of requests per client in a time window (milliseconds). */
export interface Rate {
  readonly requests: number;
  readonly window: number;
}

const SPANS: Readonly<Record<string, number>> = { s: 1_000, min: 60_000, h: 3_600_000 };
/** The default for a gateway that other machines can reach. */
const ELSEWHERE = '6000/min';

/**
 * The rate in RATE_LIMIT, such as `100/s`; undefined: unlimited.
 * @throws EnvironmentError
 */
export function rateOf(env: NodeJS.ProcessEnv, host: string): Rate | undefined {
  const text = valueOf(env, 'RATE_LIMIT') ?? (isLoopback(host) ? 'none' : ELSEWHERE);
  if (text === 'none') return undefined;
  const [, requests = '', span = ''] = /^([1-9]\d{0,8})\/(s|min|h)$/.exec(text) ?? [];
  const window = SPANS[span];
  if (window !== undefined) return { requests: Number(requests), window };
  throw new EnvironmentError(
    `the environment variable RATE_LIMIT is ${text}; it must be a number a span, such as 100/s, 6000/min or 50000/h, or none`,
  );
}

/**
 * The addresses and networks in TRUSTED_PROXIES.
 * @throws EnvironmentError
 */
export function proxiesOf(env: NodeJS.ProcessEnv): readonly string[] {
  const proxies = (valueOf(env, 'TRUSTED_PROXIES') ?? '').split(/[ ,]+/).filter((text) => text !== '');
  const wrong = proxies.find((proxy) => !isNetwork(proxy));
  if (wrong === undefined) return proxies;
  throw new EnvironmentError(
    `the environment variable TRUSTED_PROXIES names ${wrong}; it must be an address, or a network such as 10.0.0.0/8`,
  );
}

function isNetwork(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  if (bits === undefined) return true;
  return /^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128);
}

/** Open routes whose response is cheap. */
const OPEN = /^\/(healthz|readyz|docs|openapi\.json|problems\/[^/]*)?$/;

/** Counts the requests of each client in this process and refuses those above the rate. */
export function limiting({ requests, window }: Rate): RequestHandler {
  return rateLimit({
    windowMs: window,
    limit: requests,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    identifier: 'requests',
    // A limit of 0 refuses every request instead of disabling the limit.
    validate: { limit: false },
    keyGenerator: clientOf,
    // Probes and documentation pages don't count.
    skip: ({ method, path }) => method === 'OPTIONS' || OPEN.test(path),
    handler: () => {
      throw new Problem('too-many-requests', 'more requests than this client may send; wait a while');
    },
  });
}

import type { RequestListener } from 'node:http';
import { isLoopback } from '../auth/settings';
import { EnvironmentError } from '../environment-error';
import { Problem } from '../problems';
import { valueOf } from '../variables';

/** The names by which every machine knows itself. */
const LOCAL_NAMES = ['localhost', '127.0.0.1', '[::1]'];

const NAME = /^(?:[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])$/;

/** An address of version 6 is written in brackets in a `Host`. */
const written = (host: string): string => (host.includes(':') ? `[${host}]` : host).toLowerCase();

/** The name in a `Host`, without the port and the dot of the root. */
const nameIn = (host: string): string =>
  (/^(?:\[[^\]]*\]|[^:]*)/.exec(host)?.[0] ?? '').toLowerCase().replace(/\.$/, '');

/**
 * The names by which a server that listens on `host` may be called; undefined: by any. On loopback, where everybody on
 * this machine may come in, only its own: a web page that makes its name resolve to this machine (DNS rebinding) is of
 * one origin with the server for the browser, and sends its own name. Elsewhere callers need a token, which such a page
 * does not have, and a proxy knows the names.
 * @throws EnvironmentError if ALLOWED_HOSTS has something that is no name
 */
export function allowedHostsOf(env: NodeJS.ProcessEnv, host: string): ReadonlySet<string> | undefined {
  const more = (valueOf(env, 'ALLOWED_HOSTS') ?? '')
    .split(',')
    .flatMap((name) => name.trim().toLowerCase() || []);
  const wrong = more.find((name) => !NAME.test(name));
  if (wrong !== undefined)
    throw new EnvironmentError(
      `the environment variable ALLOWED_HOSTS has ${wrong}; names are written without a port, like shop.example`,
    );
  if (more.length === 0 && !isLoopback(host)) return undefined;
  return new Set([...LOCAL_NAMES, written(host), ...more]);
}

/** Refuses requests to names that are not among `names`. */
export function checkingHost(
  names: ReadonlySet<string> | undefined,
  listener: RequestListener,
): RequestListener {
  if (names === undefined) return listener;
  return (request, response) => {
    if (names.has(nameIn(request.headers.host ?? ''))) return listener(request, response);
    const problem = new Problem(
      'misdirected-request',
      'this server does not go by the name in Host; the setting ALLOWED_HOSTS adds names',
    );
    const body = JSON.stringify(problem);
    response.writeHead(problem.status, {
      'Content-Type': 'application/problem+json',
      'Content-Length': Buffer.byteLength(body),
      'Cache-Control': 'no-store',
      Connection: 'close',
    });
    response.end(request.method === 'HEAD' ? undefined : body);
  };
}

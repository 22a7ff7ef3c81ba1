import type { IncomingMessage, RequestListener } from 'node:http';
import { isLoopback } from '../auth/settings';
import { EnvironmentError } from '../environment-error';
import { Problem } from '../problems';
import { valueOf } from '../variables';

/** The names that every machine has for itself. */
const LOCAL_NAMES = ['localhost', '127.0.0.1', '[::1]'];

const NAME = /^(?:[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])$/;

/** A `Host` header has brackets around an IPv6 address. */
const written = (host: string): string => (host.includes(':') ? `[${host}]` : host).toLowerCase();

/** The name in a `Host` header, without the port and the trailing dot. */
const nameIn = (host: string): string =>
  (/^(?:\[[^\]]*\]|[^:]*)/.exec(host)?.[0] ?? '').toLowerCase().replace(/\.$/, '');

/**
 * The host names that a server listening on `host` accepts; undefined: any. On loopback, where every local
 * program has access, it accepts only its own names. This prevents DNS rebinding: a web page whose name
 * resolves to this machine has the same origin as the server for the browser, but sends its own name. On
 * other addresses, callers need a token, which such a page does not have, and a proxy checks the names.
 * @throws EnvironmentError if ALLOWED_HOSTS contains an invalid name
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

/** The names that a request is for: in `Host`, and in an address with a scheme, which counts instead (RFC 9112). */
const hostsOf = ({ url = '', headers }: IncomingMessage): string[] => [
  headers.host ?? '',
  ...(/^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(url)?.slice(1) ?? []),
];

/** Refuses requests whose host is not among `names`. */
export function checkingHost(
  names: ReadonlySet<string> | undefined,
  listener: RequestListener,
): RequestListener {
  if (names === undefined) return listener;
  return (request, response) => {
    if (hostsOf(request).every((host) => names.has(nameIn(host)))) return listener(request, response);
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

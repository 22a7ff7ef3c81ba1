import { durationIn, numberIn } from '../variables';

/** Limits of one process on its clients; times in milliseconds. */
export interface ConnectionLimits {
  /** For all headers, from the start of the connection or the end of the previous request. */
  readonly headersTimeout: number;
  /** For the whole request. */
  readonly requestTimeout: number;
  /** How long an idle connection stays open between requests. */
  readonly keepAliveTimeout: number;
  /** How long a client may go without reading any of its response. */
  readonly unreadTimeout: number;
  /** Bytes of responses not yet read by clients, over all connections. */
  readonly unreadBytes: number;
  readonly requestsPerSocket: number;
  readonly connections: number;
  /** Maximum number of pipelined requests per connection. */
  readonly unanswered: number;
  /** Maximum number of headers per request; Node limits their total size to 16 KiB. */
  readonly headers: number;
  /** Timeout for requests in progress when the server shuts down. */
  readonly grace: number;
}

const MEGABYTE = 1024 * 1024;

export const defaultLimits: ConnectionLimits = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  // Longer than the idle timeout of common load balancers (60 s), which would otherwise reuse closed
  // connections.
  keepAliveTimeout: 65_000,
  unreadTimeout: 30_000,
  unreadBytes: 32 * MEGABYTE,
  requestsPerSocket: 1_000,
  connections: 1_024,
  // Low enough that a few clients can't take all slots of `requestsAtOnce`.
  unanswered: 8,
  headers: 100,
  grace: 25_000,
};

/**
 * The limits set in the environment.
 * @throws EnvironmentError
 */
export function limitsOf(env: NodeJS.ProcessEnv): ConnectionLimits {
  return {
    ...defaultLimits,
    headersTimeout: durationIn(env, 'HEADERS_TIMEOUT'),
    requestTimeout: durationIn(env, 'REQUEST_TIMEOUT'),
    keepAliveTimeout: durationIn(env, 'KEEP_ALIVE_TIMEOUT'),
    unreadTimeout: durationIn(env, 'UNREAD_TIMEOUT'),
    unreadBytes: numberIn(env, 'MAX_UNREAD', { least: 1, most: 100_000 }) * MEGABYTE,
    requestsPerSocket: numberIn(env, 'MAX_REQUESTS_PER_SOCKET', { least: 1, most: 1_000_000 }),
    connections: numberIn(env, 'MAX_CONNECTIONS', { least: 1, most: 1_000_000 }),
    grace: durationIn(env, 'SHUTDOWN_GRACE'),
  };
}

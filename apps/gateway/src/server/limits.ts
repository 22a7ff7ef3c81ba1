import { durationIn, numberIn } from '../variables';

/** What one process takes of its clients; times in milliseconds. */
export interface ConnectionLimits {
  /** For all of the headers, from the first moment of a connection or the end of the request before. */
  readonly headersTimeout: number;
  /** For all of a request. */
  readonly requestTimeout: number;
  /** How long a connection is kept between two requests. */
  readonly keepAliveTimeout: number;
  /** How long a client may read nothing of what it is sent. */
  readonly unreadTimeout: number;
  /** Of answers that clients have not read, in all connections together. */
  readonly unreadBytes: number;
  readonly requestsPerSocket: number;
  readonly connections: number;
  /** Requests that a connection may send ahead of their answers. */
  readonly unanswered: number;
  /** Headers of a request; their size is limited by Node, to 16 KiB. */
  readonly headers: number;
  /** How long requests in flight may take when the server closes. */
  readonly grace: number;
}

const MEGABYTE = 1024 * 1024;

export const defaultLimits: ConnectionLimits = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  // Longer than the idle time of the usual load balancers (60 s), which would otherwise meet closed connections.
  keepAliveTimeout: 65_000,
  unreadTimeout: 30_000,
  unreadBytes: 32 * MEGABYTE,
  requestsPerSocket: 1_000,
  connections: 1_024,
  // Few enough that some clients alone don't take all the places of `requestsAtOnce`.
  unanswered: 8,
  headers: 100,
  grace: 25_000,
};

/** The limits that the environment asks for. @throws EnvironmentError */
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

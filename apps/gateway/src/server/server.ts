import { createServer, type RequestListener, type Server } from 'node:http';
import { Socket, type AddressInfo } from 'node:net';
import { boundConnections, type Connections } from './connections';
import { holdBack } from './held-back';
import { defaultLimits, type ConnectionLimits } from './limits';
import { refusing } from './refusals';
import { UnreadAnswers } from './unread-answers';

/** Where a server listens, and its limits on clients. */
export interface ServerOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly limits?: Partial<ConnectionLimits>;
}

export interface RunningServer {
  readonly port: number;
  /** Stops accepting connections and waits for requests in progress. False: some were cut off. */
  close(): Promise<boolean>;
}

/**
 * Length of the queue of pending connections; the system has a limit of its own (`net.core.somaxconn`). With
 * Node's default of 511, a burst of new clients overflows it, and each client whose first packet is dropped
 * retries only after 1, 3, 7, 15 s.
 */
const BACKLOG = 4_096;

interface Configured {
  readonly server: Server;
  readonly connections: Connections;
}

function configured(listener: RequestListener, limits: ConnectionLimits): Configured {
  const { headersTimeout, requestTimeout, keepAliveTimeout } = limits;
  const connectionsCheckingInterval = Math.min(1_000, headersTimeout / 2, requestTimeout / 2);
  const server = createServer({
    ...{ headersTimeout: Math.min(headersTimeout, requestTimeout), requestTimeout, keepAliveTimeout },
    connectionsCheckingInterval,
    // The same in every version of Node: how much of a response a connection buffers before a writer has to
    // wait.
    highWaterMark: 16 * 1024,
    // Node's own error response has no body; see refusals.ts.
    requireHostHeader: false,
  });
  // Node silently drops headers beyond its limit; see refusals.ts.
  server.maxHeadersCount = 0;
  const connections = boundConnections(server, limits);
  const unread = new UnreadAnswers(limits.unreadBytes);
  const refusals = refusing(connections);
  const take: RequestListener = (request, response) => {
    if (!connections.take(request, response)) return;
    unread.track(response);
    if (refusals.onRequest(response, limits.headers) === 'passed') listener(request, response);
  };
  server.on('request', take);
  server.on('checkContinue', (request, response) => {
    holdBack(request, response);
    take(request, response);
  });
  server.on('checkExpectation', (request, response) => {
    if (connections.take(request, response)) refusals.onExpectation(request, response);
  });
  server.on('connect', (request) => refusals.onConnect(request));
  server.on('clientError', (error, socket) => {
    if (socket instanceof Socket) refusals.onError(error, socket);
    else socket.destroy();
  });
  return { server, connections };
}

function closing({ server, connections }: Configured, grace: number): Promise<boolean> {
  return new Promise((resolve) => {
    let orderly = true;
    // Otherwise Node keeps connections that become idle later for a minute, and those that never sent
    // anything.
    const idle = setInterval(() => connections.closeIdle(), 50);
    const cut = setTimeout(() => {
      orderly = false;
      server.closeAllConnections();
    }, grace);
    server.close(() => {
      clearInterval(idle);
      clearTimeout(cut);
      resolve(orderly);
    });
    connections.closeIdle();
  });
}

/**
 * Starts listening.
 * @throws the error of `listen`, such as EADDRINUSE
 */
export function serve(
  listener: RequestListener,
  { host, port, limits: given = {} }: ServerOptions,
): Promise<RunningServer> {
  const limits = { ...defaultLimits, ...given };
  const parts = configured(listener, limits);
  const { server } = parts;
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host, backlog: BACKLOG }, () => {
      let closed: Promise<boolean> | undefined;
      const { port: taken } = server.address() as AddressInfo;
      resolve({ port: taken, close: () => (closed ??= closing(parts, limits.grace)) });
    });
  });
}

import { createServer, STATUS_CODES, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** How connections are held; times in milliseconds. */
export interface ServerOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** How long requests in flight may take when the server closes. */
  readonly grace?: number;
}

export interface RunningServer {
  readonly port: number;
  /** Takes no more connections and lets requests in flight finish. False: some had to be cut off. */
  close(): Promise<boolean>;
}

/** Longer than the idle time of the usual load balancers (60 s), which would otherwise meet closed connections. */
const KEEP_ALIVE = 65_000;

const STATUS_OF: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** Answers what is not HTTP, and what is too slow or too long, in the same form as everything else. */
function refuse(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = STATUS_OF[error.code ?? ''] ?? 400;
  const type = '/problems/malformed-request';
  const body = JSON.stringify({
    type,
    title: 'The request is malformed',
    status,
    detail: STATUS_CODES[status],
  });
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/problem+json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}

function configured(listener: RequestListener): Server {
  const server = createServer(
    { headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: KEEP_ALIVE },
    listener,
  );
  server.maxHeadersCount = 100;
  // Beyond this a process serves nobody well; the balancer should ask another one.
  server.maxConnections = 1_024;
  return server.on('clientError', refuse);
}

function closing(server: Server, grace: number): Promise<boolean> {
  return new Promise((resolve) => {
    let orderly = true;
    // Connections that fall idle after the close would otherwise be kept alive for a minute.
    const idle = setInterval(() => server.closeIdleConnections(), 50);
    const cut = setTimeout(() => {
      orderly = false;
      server.closeAllConnections();
    }, grace);
    server.close(() => {
      clearInterval(idle);
      clearTimeout(cut);
      resolve(orderly);
    });
  });
}

/** Listens. @throws the error of `listen`, such as EADDRINUSE */
export function serve(
  listener: RequestListener,
  { host, port, grace = 25_000 }: ServerOptions,
): Promise<RunningServer> {
  const server = configured(listener);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      let closed: Promise<boolean> | undefined;
      const { port: taken } = server.address() as AddressInfo;
      resolve({ port: taken, close: () => (closed ??= closing(server, grace)) });
    });
  });
}

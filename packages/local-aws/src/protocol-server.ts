import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignatureVerifier, type Credentials } from './credentials';
import type { Address } from './engine';

/** Handles an authenticated request of AWS's JSON protocol. */
export type Answering = (target: string, body: Buffer) => Promise<ProtocolAnswer>;

export interface ProtocolAnswer {
  readonly status: number;
  /** JSON. */
  readonly text: string;
}

export interface ProtocolServer {
  /** Such as `http://127.0.0.1:8000`. */
  readonly endpoint: string;
  /** Graceful shutdown: accepts no more calls, answers those in progress, and closes. */
  close(): Promise<void>;
}

export interface ProtocolOptions extends Address {
  /** Requests must be signed with them. */
  readonly credentials: Credentials;
  readonly maxBodyBytes: number;
}

/**
 * Longer than any client's keep-alive: the server must never close a connection while a call arrives on it.
 */
const KEEP_ALIVE_MS = 24 * 60 * 60 * 1_000;

/** An error as the protocol writes it. */
export const protocolError = (
  status: number,
  name: string,
  message: string,
  more: object = {},
): ProtocolAnswer => ({
  status,
  text: JSON.stringify({ __type: name, message, ...more }),
});

const refused = (message: string): ProtocolAnswer => protocolError(403, 'AccessDeniedException', message);

/** Why a request is refused before its body is read. */
function refusalOf({ method, url, headers, rawHeaders }: IncomingMessage, host: string): string | undefined {
  if (headers.origin !== undefined) return 'this is not for web pages';
  const hosts = rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host');
  // In a DNS rebinding attack, a page's domain resolves to this machine, and its requests carry that domain
  // as Host.
  if (hosts.length !== 1 || headers.host !== host) return `this is ${host}`;
  if (method !== 'POST' || url !== '/') return 'requests are a POST to /';
  return headers.authorization === undefined ? 'the request is not signed' : undefined;
}

/** The body; undefined if it is longer than `maxBytes`. Listeners, as an iterator takes as long as all the rest. */
function bodyOf(request: IncomingMessage, maxBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  return new Promise((resolve, reject) => {
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= maxBytes) chunks.push(chunk);
    });
    request.on('end', () => resolve(size <= maxBytes ? Buffer.concat(chunks) : undefined));
    request.on('error', reject);
    request.on('close', () => reject(new Error('the client went away')));
  });
}

function send(response: ServerResponse, { status, text }: ProtocolAnswer, last: boolean): void {
  response.writeHead(status, {
    'content-type': 'application/x-amz-json-1.0',
    'content-length': Buffer.byteLength(text),
    ...(last && { connection: 'close' }),
  });
  response.end(text);
}

async function listening(server: Server, { host = '127.0.0.1', port = 0 }: Address): Promise<string> {
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.listen(port, host);
  await once(server, 'listening');
  return `${host.includes(':') ? `[${host}]` : host}:${(server.address() as AddressInfo).port}`;
}

/**
 * Serves AWS's JSON protocol only to processes that know the secret. A request requires a valid signature. A
 * request with an `Origin`, or with a `Host` other than the server's, is rejected whatever its signature.
 * @throws the system's error if it can't listen
 */
export async function serveProtocol(answering: Answering, options: ProtocolOptions): Promise<ProtocolServer> {
  const verifier = new SignatureVerifier(options.credentials);
  let closing = false;
  let host = '';
  async function answerTo(request: IncomingMessage): Promise<ProtocolAnswer> {
    const reason = refusalOf(request, host);
    if (reason !== undefined) return refused(reason);
    const body = await bodyOf(request, options.maxBodyBytes);
    if (body === undefined)
      return protocolError(
        400,
        'ValidationException',
        `the request is longer than ${options.maxBodyBytes} bytes`,
      );
    if (!verifier.verify(request, body)) return refused('the signature is not good');
    return answering(String(request.headers['x-amz-target']), body);
  }
  const server = createServer((request, response) => {
    answerTo(request).then(
      (answer) => send(response, answer, closing || answer.status === 403),
      // The client went away while it sent.
      () => response.destroy(),
    );
  });
  host = await listening(server, options);
  return {
    endpoint: `http://${host}`,
    async close() {
      closing = true;
      server.close();
      server.closeIdleConnections();
      await once(server, 'close');
    },
  };
}

import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Problem } from '../problems';
import type { Connections } from './connections';

/*
 * Errors below the application: bytes that are not HTTP, requests that are too slow or too long. Each response must
 * belong to its request. If a connection still has pending responses, an error written at once would be mistaken for
 * one of them, or would end up in the middle of a live tail. There are three cases:
 *
 * - The headers of a request have arrived, but its body is invalid or never ends. The error is sent as the response
 *   to that request, and Node sends it after the responses to the previous requests.
 * - The bytes after a complete request are invalid. The error is sent after all previous requests are answered.
 * - No response is pending. The error is sent at once.
 *
 * In all cases the connection then closes, and no further request is read from it.
 */

/** By the error codes of Node's parser. */
const problems: Readonly<Record<string, () => Problem>> = {
  HPE_HEADER_OVERFLOW: () => new Problem('headers-too-large', 'the headers of a request have at most 16 KiB'),
  HPE_CHUNK_EXTENSIONS_OVERFLOW: () =>
    new Problem('payload-too-large', 'the extensions of chunks have at most 16 KiB'),
  ERR_HTTP_REQUEST_TIMEOUT: () => new Problem('request-timeout', 'the request did not come whole in time'),
};

const headersOf = (body: string): Record<string, string> => ({
  'Content-Type': 'application/problem+json',
  'Content-Length': String(Buffer.byteLength(body)),
  'Cache-Control': 'no-store',
  Connection: 'close',
});

/** Closes a connection without pending responses. */
function endWith(socket: Socket, problem: Problem): void {
  if (!socket.writable) return socket.destroySoon();
  const body = JSON.stringify(problem);
  const headers = Object.entries(headersOf(body)).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\n${headers.join('')}\r\n${body}`,
    // A client that does not read must not keep the connection open.
    () => socket.destroy(),
  );
}

/** Responds to a request that never reaches the application, and closes its connection. */
function answerWith(response: ServerResponse, problem: Problem): void {
  const body = JSON.stringify(problem);
  response.writeHead(problem.status, headersOf(body)).end(response.req.method === 'HEAD' ? '' : body);
}

/** Responds to input that is invalid HTTP, too slow or too long, in the same format as everything else. */
export function refusing(connections: Connections) {
  const refused = new WeakSet<Socket>();
  const refuse = (socket: Socket, problem: Problem): void => {
    // The parser reports its error again for every further chunk.
    if (refused.has(socket)) return;
    refused.add(socket);
    const unanswered = connections.takeNoMore(socket);
    const broken = [...unanswered].find(([{ complete }]) => !complete)?.[1];
    if (broken !== undefined && !broken.headersSent) answerWith(broken, problem);
    else connections.whenAnswered(socket, () => endWith(socket, problem));
  };
  return {
    /** Handler of `clientError`. */
    onError(error: NodeJS.ErrnoException, socket: Socket): void {
      if (error.code === 'ECONNRESET') socket.destroy();
      else
        refuse(
          socket,
          problems[error.code ?? '']?.() ?? new Problem('malformed-request', 'this is not HTTP'),
        );
    },
    /** Handler of `connect`: Node hands over the connection completely. */
    onConnect({ socket }: IncomingMessage): void {
      refuse(socket, new Problem('method-not-allowed', 'this is not a proxy: there is no CONNECT'));
    },
    /** Handler of `checkExpectation`. */
    onExpectation(_request: IncomingMessage, response: ServerResponse): void {
      answerWith(response, new Problem('expectation-failed', 'the only expectation is 100-continue'));
    },
    onRequest(response: ServerResponse, mostHeaders: number): 'passed' | 'refused' {
      const problem = problemWith(response.req, mostHeaders);
      if (problem === undefined) return 'passed';
      answerWith(response, problem);
      return 'refused';
    },
  };
}

/**
 * If these headers are repeated, Node keeps the first and drops the others; a proxy may have used another
 * one.
 */
const SINGLE = ['authorization', 'content-type', 'host', 'last-event-id', 'accept-datetime'];
const HOST = /^(\[[\da-f:.]+\]|[\w.~!$&'()*+,;=%-]*)(:\d*)?$/i;

function problemWith(
  { rawHeaders, httpVersion, headers }: IncomingMessage,
  mostHeaders: number,
): Problem | undefined {
  // Node silently drops headers beyond its limit. A dropped `If-Match` would mean an unconditional append.
  if (rawHeaders.length > 2 * mostHeaders)
    return new Problem('headers-too-large', `a request has at most ${mostHeaders} headers`);
  const names = rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
  const repeated = SINGLE.find((name) => names.indexOf(name) !== names.lastIndexOf(name));
  if (repeated !== undefined)
    return new Problem('malformed-request', `the header ${repeated} is given more than once`);
  // Node takes the chunks apart and leaves any other coding as it is.
  if (!/^(chunked)?$/i.test(headers['transfer-encoding'] ?? ''))
    return new Problem('malformed-request', 'the only Transfer-Encoding is chunked');
  const host = rawHeaders[2 * names.indexOf('host') + 1];
  if (names.includes('host') ? !HOST.test(host ?? '') : httpVersion !== '1.0')
    return new Problem(
      'malformed-request',
      'the request needs one header Host, with a name and a port at most',
    );
  return undefined;
}

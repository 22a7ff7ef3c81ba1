import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Problem } from '../problems';
import type { Connections } from './connections';

/*
 * What is refused below the application: bytes that are not HTTP, requests that are too slow or too long. Such a
 * refusal is an answer, too, and answers belong to their requests: on a connection that still waits for answers to
 * earlier requests, bytes that are written at once would be taken for one of those answers, or would end up in the
 * middle of a live tail. There are three cases:
 *
 * - A request is broken whose headers have arrived (its body is no valid chunk, or never ends). The refusal is sent
 *   as the answer to that request, and Node sends it after the answers to the requests before it.
 * - The bytes after a complete request are broken. The refusal waits until all requests before are answered.
 * - Nothing waits for an answer. The refusal is sent at once.
 *
 * In all of them the connection ends afterwards, and no further request is read from it.
 */

/** By the codes of Node's parser. */
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

/** Ends a connection on which nothing waits for an answer. */
function endWith(socket: Socket, problem: Problem): void {
  if (!socket.writable) return socket.destroySoon();
  const body = JSON.stringify(problem);
  const headers = Object.entries(headersOf(body)).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\n${headers.join('')}\r\n${body}`,
    // A client that does not read must not keep the connection.
    () => socket.destroy(),
  );
}

/** Answers a request that the application does not get to see, and ends its connection. */
function answerWith(response: ServerResponse, problem: Problem): void {
  const body = JSON.stringify(problem);
  response.writeHead(problem.status, headersOf(body)).end(response.req.method === 'HEAD' ? '' : body);
}

/** Answers what is not HTTP, and what is too slow or too long, in the same form as everything else. */
export function refusing(connections: Connections) {
  const refused = new WeakSet<Socket>();
  const refuse = (socket: Socket, problem: Problem): void => {
    // The parser reports its error again with every chunk that follows.
    if (refused.has(socket)) return;
    refused.add(socket);
    const unanswered = connections.takeNoMore(socket);
    const broken = [...unanswered].find(([{ complete }]) => !complete)?.[1];
    if (broken !== undefined && !broken.headersSent) answerWith(broken, problem);
    else connections.whenAnswered(socket, () => endWith(socket, problem));
  };
  return {
    /** For `clientError`. */
    onError(error: NodeJS.ErrnoException, socket: Socket): void {
      if (error.code === 'ECONNRESET') socket.destroy();
      else
        refuse(
          socket,
          problems[error.code ?? '']?.() ?? new Problem('malformed-request', 'this is not HTTP'),
        );
    },
    /** For `connect`: Node leaves the whole connection to us. */
    onConnect({ socket }: IncomingMessage): void {
      refuse(socket, new Problem('method-not-allowed', 'this is not a proxy: there is no CONNECT'));
    },
    /** For `checkExpectation`. */
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

/** Of these Node keeps the first and drops the others; a proxy in front may have decided by another one. */
const SINGLE = ['authorization', 'content-type', 'host', 'last-event-id', 'accept-datetime'];
const HOST = /^(\[[\da-f:.]+\]|[\w.~!$&'()*+,;=%-]*)(:\d*)?$/i;

function problemWith({ rawHeaders, httpVersion }: IncomingMessage, mostHeaders: number): Problem | undefined {
  // Node's own bound leaves out what is beyond it without a word: an `If-Match` among that would be a broken promise.
  if (rawHeaders.length > 2 * mostHeaders)
    return new Problem('headers-too-large', `a request has at most ${mostHeaders} headers`);
  const names = rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
  const repeated = SINGLE.find((name) => names.indexOf(name) !== names.lastIndexOf(name));
  if (repeated !== undefined)
    return new Problem('malformed-request', `the header ${repeated} is given more than once`);
  const host = rawHeaders[2 * names.indexOf('host') + 1];
  if (names.includes('host') ? !HOST.test(host ?? '') : httpVersion !== '1.0')
    return new Problem(
      'malformed-request',
      'the request needs one header Host, with a name and a port at most',
    );
  return undefined;
}

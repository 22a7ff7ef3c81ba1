import { STATUS_CODES, type RequestListener } from 'node:http';
import type { Socket } from 'node:net';
import { Problem } from '../problems';

/** By the codes of Node's parser. */
const problems: Readonly<Record<string, () => Problem>> = {
  HPE_HEADER_OVERFLOW: () => new Problem('headers-too-large', 'the headers of a request have at most 16 KiB'),
  ERR_HTTP_REQUEST_TIMEOUT: () => new Problem('request-timeout', 'the request did not come whole in time'),
};

/** Answers what is not HTTP, and what is too slow or too long, in the same form as everything else. */
export function refuse(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const problem = problems[error.code ?? '']?.() ?? new Problem('malformed-request', 'this is not HTTP');
  const body = JSON.stringify(problem);
  socket.end(
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\nContent-Type: application/problem+json\r\n` +
      `Cache-Control: no-store\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    // Whoever does not read it must not keep the connection.
    () => socket.destroy(),
  );
}

/**
 * Refuses requests with more headers than `most`. Node's own bound leaves out what is beyond it without a word:
 * an `If-Match` among that would be a promise broken.
 */
export function refusingManyHeaders(most: number, listener: RequestListener): RequestListener {
  return (request, response) => {
    if (request.rawHeaders.length <= 2 * most) return listener(request, response);
    const problem = new Problem('headers-too-large', `a request has at most ${most} headers`);
    const body = JSON.stringify(problem);
    response.writeHead(problem.status, {
      'Content-Type': 'application/problem+json',
      'Content-Length': Buffer.byteLength(body),
      'Cache-Control': 'no-store',
      Connection: 'close',
    });
    response.end(body);
  };
}

import type { IncomingMessage, ServerResponse } from 'node:http';

/*
 * A client that sends `Expect: 100-continue` holds its body back until it is asked for it (RFC 9110, section 10.1.1).
 * It is asked only when the body is about to be read: a request that is refused by its headers never sends one.
 */

const holding = new WeakMap<IncomingMessage, () => void>();

/** Called for each request with that expectation, before the application sees it. */
export function holdBack(request: IncomingMessage, response: ServerResponse): void {
  const keepAlive = response.shouldKeepAlive;
  // After a refusal, the client may send its body or not, so nothing more can be read from the connection.
  response.shouldKeepAlive = false;
  holding.set(request, () => {
    response.shouldKeepAlive = keepAlive;
    response.writeContinue();
  });
}

export const isHeldBack = (request: IncomingMessage): boolean => holding.has(request);

/** Asks for the body, if the client waits for that. */
export function askForBody(request: IncomingMessage): void {
  holding.get(request)?.();
  holding.delete(request);
}

import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const REQUEST_ID = /^[A-Za-z0-9._:-]{1,128}$/;
/** The current version of the header. Later versions start the same way and may be longer. */
const TRACEPARENT =
  /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-[A-Za-z0-9-]{0,64})?$/;

const ids = new WeakMap<IncomingMessage, string>();

/** The client's request id (`X-Request-Id`) if it is valid, else a new one. */
export function requestIdOf(request: IncomingMessage): string {
  const known = ids.get(request);
  if (known !== undefined) return known;
  const given = request.headers['x-request-id'];
  const id = typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
  ids.set(request, id);
  return id;
}

/** The trace of a request, from `traceparent` (W3C Trace Context). */
function traceparentOf({ headers }: IncomingMessage): string | undefined {
  const { traceparent } = headers;
  return typeof traceparent === 'string' && TRACEPARENT.test(traceparent) ? traceparent : undefined;
}

export const traceIdOf = (request: IncomingMessage): string | undefined =>
  TRACEPARENT.exec(traceparentOf(request) ?? '')?.[1];

/** What an append passes on to the log lines of its tasks. */
export function correlationOf(request: IncomingMessage): { requestId: string; traceparent?: string } {
  const traceparent = traceparentOf(request);
  return { requestId: requestIdOf(request), ...(traceparent !== undefined && { traceparent }) };
}

import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Response } from 'express';
import type { Logger } from 'pino';
import { pinoHttp, type HttpLogger } from 'pino-http';

const REQUEST_ID = 'x-request-id';
const SANE = /^[A-Za-z0-9._:-]{1,128}$/;
const PROBES = ['/healthz', '/readyz'];

/** The client's id of the request where it is a sane one, else a new one; sent back in either case. */
function requestIdOf(request: IncomingMessage, response: ServerResponse): string {
  const given = request.headers[REQUEST_ID];
  const id = typeof given === 'string' && SANE.test(given) ? given : randomUUID();
  response.setHeader(REQUEST_ID, id);
  return id;
}

/**
 * One line a request: who, what, how it ended, and what `response.locals` holds about it (the execution, and how
 * that failed). No headers and no bodies.
 */
export function requestLogging(logger: Logger): HttpLogger {
  return pinoHttp({
    logger,
    genReqId: requestIdOf,
    autoLogging: { ignore: ({ url = '' }) => PROBES.includes(url) },
    customLogLevel: (_, { statusCode }, error) =>
      error || statusCode === 500 ? 'error' : statusCode > 500 ? 'warn' : 'info',
    // pino-http's own message takes a request for aborted once Lambda's is read, and before its answer is marked ended.
    customSuccessMessage: (_, { destroyed, writableEnded }) =>
      destroyed && !writableEnded ? 'request aborted' : 'request completed',
    customProps: (_, response) => ({ ...(response as Partial<Response>).locals }),
    serializers: {
      req: ({ id, method, url }: { id: string; method: string; url: string }) => ({ id, method, url }),
      res: ({ statusCode }: { statusCode: number }) => ({ statusCode }),
    },
  });
}

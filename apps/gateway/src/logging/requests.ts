import type { IncomingMessage } from 'node:http';
import type { Response } from 'express';
import type { Logger } from 'pino';
import { pinoHttp, type HttpLogger } from 'pino-http';
import { requestIdOf, traceIdOf } from './correlation';

/** Addresses that machines ask every few seconds. */
const PROBES = ['/healthz', '/readyz', '/metrics'];

/** The status of a request that nobody waits for any more, as proxies log it. */
export const CLIENT_GONE = 499;

const pathOf = (url = ''): string => url.split('?', 1)[0] ?? '';

/** Neither logged nor traced: they would be most of all there is. */
export const isProbe = (url: string | undefined): boolean => PROBES.includes(pathOf(url));

/** No headers, no body, and nothing of the query: what a client puts there is its own. */
function lineOf(
  request: IncomingMessage,
  response: Response,
  { responseTime }: { responseTime?: number },
): object {
  const traceId = traceIdOf(request);
  return {
    ...{ method: request.method, path: pathOf(request.url), ms: responseTime },
    // Node has 200 there until something is sent.
    status: response.headersSent ? response.statusCode : CLIENT_GONE,
    ...(traceId !== undefined && { traceId }),
    ...response.locals,
    // `pino-http` makes up an error for every status above 500.
    ...(response.err !== undefined && { err: response.err }),
  };
}

/**
 * One line a request: who, what, how it ended, and what `response.locals` holds about it (the caller, the execution,
 * the version, and how that failed).
 */
export function requestLogging(logger: Logger): HttpLogger<IncomingMessage, Response> {
  return pinoHttp<IncomingMessage, Response>({
    logger,
    genReqId(request, response) {
      const id = requestIdOf(request);
      response.setHeader('X-Request-Id', id);
      return id;
    },
    ...{ quietReqLogger: true, quietResLogger: true, wrapSerializers: false },
    // `pino-http` writes every request into a logger of its own, which quiet loggers do not use.
    serializers: { req: () => undefined },
    customAttributeKeys: { reqId: 'requestId' },
    autoLogging: { ignore: ({ url }) => isProbe(url) },
    customLogLevel: (_, { statusCode }, error) =>
      error || statusCode === 500 ? 'error' : statusCode > 500 ? 'warn' : 'info',
    customSuccessMessage: (_, { headersSent }) => (headersSent ? 'answered' : 'client gone'),
    customErrorMessage: () => 'answered',
    customSuccessObject: lineOf,
    customErrorObject: (request, response, _error, values: { responseTime?: number }) =>
      lineOf(request, response, values),
  });
}

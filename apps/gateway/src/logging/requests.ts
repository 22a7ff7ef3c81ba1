import type { IncomingMessage } from 'node:http';
import type { Response } from 'express';
import type { Logger } from 'pino';
import { pinoHttp, type HttpLogger } from 'pino-http';
import { requestIdOf, traceIdOf } from './correlation';

/** Paths that are polled every few seconds. */
const PROBES = ['/healthz', '/readyz', '/metrics'];

/** The status of a request whose client disconnected, as proxies log it. */
export const CLIENT_GONE = 499;

const pathOf = (url = ''): string => url.split('?', 1)[0] ?? '';

/** Neither logged nor traced: they would outnumber all other requests. */
export const isProbe = (url: string | undefined): boolean => PROBES.includes(pathOf(url));

/** Excludes headers, body and query: they contain the client's data. */
function lineOf(
  request: IncomingMessage,
  response: Response,
  { responseTime }: { responseTime?: number },
): object {
  const traceId = traceIdOf(request);
  return {
    ...{ method: request.method, path: pathOf(request.url), ms: responseTime },
    // Node reports 200 until a response is sent.
    status: response.headersSent ? response.statusCode : CLIENT_GONE,
    ...(traceId !== undefined && { traceId }),
    ...response.locals,
    // `pino-http` creates an error of its own for every 5xx status.
    ...(response.err !== undefined && { err: response.err }),
  };
}

/**
 * One log line per request: the caller, the operation, the outcome, and the details in `response.locals`
 * (caller, execution, version, error).
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
    // `pino-http` attaches a logger to every request; quiet loggers don't use it.
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

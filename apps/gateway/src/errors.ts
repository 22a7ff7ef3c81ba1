import type { ErrorRequestHandler, Response } from 'express';
import { codeTooOld, lostAnswer } from './failures';
import { malformed, Problem, unavailable } from './problems';

/** Node's error codes for network failures. */
const NETWORK = [
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
];
/** The SDK's error that means our own request was invalid. */
const OUR_FAULT = 'ValidationException';

function isPassing(error: Error): boolean {
  if (error.name === OUR_FAULT) return false;
  const { code } = error as NodeJS.ErrnoException;
  return (
    '$metadata' in error ||
    ['StoreUnavailable', 'TimeoutError', 'AbortError'].includes(error.name) ||
    (code !== undefined && NETWORK.includes(code))
  );
}

/** Maps every error to a problem. The problem of an unexpected error reveals nothing else about it. */
function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof Error) {
    if (error.name === 'Unavailable') return lostAnswer();
    if (error.name === 'CodeTooOld') return codeTooOld(error.message);
    if (isPassing(error)) return unavailable('the event log does not answer');
    // Thrown by Express for a path such as `/products/%ff/state`.
    if (error instanceof URIError)
      return malformed([{ path: '', message: 'the address is not valid percent-encoding' }]);
  }
  return new Problem('internal-error', 'an unexpected error; the log of the service has the details');
}

function send(response: Response, problem: Problem): void {
  response.status(problem.status).set({ 'Cache-Control': 'no-store', ...problem.headers });
  response.type('application/problem+json').send(Buffer.from(JSON.stringify(problem)));
}

/** Ends every failed request with problem details. */
export const errorHandler: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  const problem = asProblem(error);
  // The request's log line includes this error and its causes.
  if (problem.status >= 500 && error instanceof Error) response.err = error;
  // Already answered, for example because the rest of the body was not HTTP.
  if (response.writableEnded) return;
  // The response has started: Express closes the connection.
  if (response.headersSent) next(error);
  else send(response, problem);
};

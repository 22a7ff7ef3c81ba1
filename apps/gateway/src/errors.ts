import type { ErrorRequestHandler, Response } from 'express';
import { lostAnswer } from './failures';
import { malformed, Problem, unavailable } from './problems';

/** Node's names for a network that does not deliver. */
const NETWORK = [
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
];
/** Of the SDK's errors, the one that says that our own request was wrong. */
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

/** Every error as a problem; what it says of an unexpected one is that, and no more. */
function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof Error) {
    if (error.name === 'Unavailable') return lostAnswer();
    if (isPassing(error)) return unavailable('the event log does not answer');
    // Express's own, on an address such as `/products/%ff/state`.
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
  // The line that the log gets about the request tells this one, with its causes.
  if (problem.status >= 500 && error instanceof Error) response.err = error;
  // It was answered already, for example because the rest of its body was not HTTP.
  if (response.writableEnded) return;
  // Too late for an answer: Express closes the connection.
  if (response.headersSent) next(error);
  else send(response, problem);
};

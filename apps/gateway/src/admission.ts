import type { RequestHandler } from 'express';
import { Problem } from './problems';

/**
 * Takes so many requests at once, and refuses the rest at once. Without it, a load that is more than the store can
 * take waits here: every answer then comes later than the one before, until all of them come too late.
 */
export function admitting(most: number): RequestHandler {
  let underWay = 0;
  return (request, response, next) => {
    // A live tail waits most of its hour; how many there may be is a limit of its own.
    if (request.path.endsWith('/events/stream')) {
      next();
      return;
    }
    if (underWay >= most) {
      const detail = `${most} requests are being answered already`;
      throw new Problem('overloaded', detail, { headers: { 'Retry-After': '1' } });
    }
    underWay += 1;
    response.once('close', () => (underWay -= 1));
    next();
  };
}

import type { Request, Response } from 'express';
import { clientOf } from './client';
import { FairQueue } from './fair-queue';
import type { Settings } from './settings';

type Handle = (request: Request, response: Response) => Promise<void> | void;

/**
 * The queue of everything that answers with pages: lists, feeds and exports. Only so many pages are in memory at once,
 * and a client that asks for a hundred of them leaves half of the capacity to others. Requests wait instead of being
 * refused at once, because a client that is refused comes back at once, and refusals cost more than waiting. Reads of a
 * single state and appends don't wait here.
 */
export function pageQueue({ pagesAtOnce, pagesWaiting, longestWait }: Settings) {
  const queue = new FairQueue({
    atOnce: pagesAtOnce,
    perClient: Math.ceil(pagesAtOnce / 2),
    waiting: pagesWaiting,
    waitingPerClient: Math.ceil(pagesWaiting / 2),
    longestWaitMs: longestWait,
  });
  return {
    queueing<R extends { readonly handle: Handle }>(route: R): R {
      const handle: Handle = (request, response) =>
        queue.run(clientOf(request), async () => {
          if (!response.destroyed) await route.handle(request, response);
        });
      return { ...route, handle };
    },
  };
}

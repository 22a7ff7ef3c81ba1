import type { Request, Response } from 'express';
import { clientOf } from './client';
import { FairQueue } from './fair-queue';
import type { Settings } from './settings';

type Handle = (request: Request, response: Response) => Promise<void> | void;

export type PageQueue = ReturnType<typeof pageQueue>;

/**
 * The queue of all requests that return pages: lists, feeds and exports. It limits the pages in memory, and
 * leaves half of the capacity to others if one client sends a hundred requests. Requests are queued instead
 * of refused, because a refused client retries at once, and that costs more than waiting. Reads of a single
 * state and appends don't use this queue.
 */
export function pageQueue({ pagesAtOnce, pagesWaiting, longestWait }: Settings) {
  const queue = new FairQueue({
    atOnce: pagesAtOnce,
    perClient: Math.ceil(pagesAtOnce / 2),
    waiting: pagesWaiting,
    waitingPerClient: Math.ceil(pagesWaiting / 2),
    longestWaitMs: longestWait,
  });
  const read = <T>(request: Request, task: () => Promise<T>): Promise<T> =>
    queue.run(clientOf(request), task);
  return {
    /** For a route that waits for something else too, such as a client that reads slowly: it queues its reads alone. */
    read,
    queueing<R extends { readonly handle: Handle }>(route: R): R {
      const handle: Handle = (request, response) =>
        read(request, async () => {
          if (!response.destroyed) await route.handle(request, response);
        });
      return { ...route, handle };
    },
  };
}

import type { Request, Response } from 'express';
import { Problem } from './problems';

type Handle = (request: Request, response: Response) => Promise<void> | void;

/**
 * How many requests are worked on at once; the rest is refused at once. Without it, a load that is more than the store
 * can take waits here: every answer then comes later than the one before, until all of them come too late.
 */
export class Places {
  #taken = 0;

  constructor(readonly most: number) {}

  /** Until the response ends. @throws Problem overloaded */
  take(response: Response): void {
    if (this.#taken >= this.most) {
      const detail = `${this.most} requests are being answered already`;
      throw new Problem('overloaded', detail, { headers: { 'Retry-After': '1' } });
    }
    this.#taken += 1;
    response.once('close', () => (this.#taken -= 1));
  }

  /** A route each of whose requests takes a place from its first moment: not for those with a body to wait for. */
  counting<R extends { readonly handle: Handle }>(route: R): R {
    const { handle } = route;
    return {
      ...route,
      handle: (request: Request, response: Response) => {
        this.take(response);
        return handle(request, response);
      },
    };
  }
}

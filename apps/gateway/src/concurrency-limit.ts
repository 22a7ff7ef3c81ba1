import type { Request, Response } from 'express';
import { Problem } from './problems';

type Handle = (request: Request, response: Response) => Promise<void> | void;

interface Limits {
  readonly requests: number;
  /** Of the bodies of these requests. */
  readonly bytes: number;
}

/**
 * Limits the requests that are worked on at once, and the bytes of their bodies, which take several times as much while
 * they are parsed and wait for their turn; one more is refused at once. Without it, a load that is more than the storage
 * can take waits here: every answer then comes later than the one before, until all of them come too late.
 */
export class ConcurrencyLimit {
  #requests = 0;
  #bytes = 0;

  constructor(readonly most: Limits) {}

  /** Until the response ends. @throws Problem overloaded */
  take(response: Response, bytes = 0): void {
    // The client is gone; nothing would give the place back.
    if (response.destroyed) return;
    const { most } = this;
    if (this.#requests >= most.requests || this.#bytes + bytes > most.bytes) {
      const detail = `${this.#requests} requests are being answered already`;
      throw new Problem('overloaded', detail, { headers: { 'Retry-After': '1' } });
    }
    this.#requests += 1;
    this.#bytes += bytes;
    response.once('close', () => {
      this.#requests -= 1;
      this.#bytes -= bytes;
    });
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

import type { Request, Response } from 'express';
import { Problem } from './problems';

type Handle = (request: Request, response: Response) => Promise<void> | void;

interface Limits {
  readonly requests: number;
  /** The total size of the bodies of these requests. */
  readonly bytes: number;
}

/**
 * Limits the number of concurrent requests and the bytes of their bodies, which take several times as much
 * memory while they are parsed and queued. Requests beyond the limit are refused at once. Without a limit, an
 * overload of the storage would queue up here, and latency would grow until every response came too late.
 */
export class ConcurrencyLimit {
  #requests = 0;
  #bytes = 0;

  constructor(readonly most: Limits) {}

  /**
   * Takes a slot until the response ends.
   * @throws Problem overloaded
   */
  take(response: Response, bytes = 0): void {
    // The client has disconnected, so no event would release the slot.
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

  /** A route whose requests take a slot immediately. Not for routes that first have to receive a body. */
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

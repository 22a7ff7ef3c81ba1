import type { DynamoDBClient, ServiceInputTypes } from '@aws-sdk/client-dynamodb';

export const KILLED = 'the repair was killed';

/** Kills whoever writes checkpoints after so many of their writes. */
export class Mortality {
  /** Writes that may still be made. */
  life = Infinity;

  constructor(client: DynamoDBClient) {
    client.middlewareStack.add(
      (next) => async (args) => {
        const { RequestItems } = args.input as ServiceInputTypes & { RequestItems?: Record<string, unknown> };
        const [table, requests] = Object.entries(RequestItems ?? {})[0] ?? [];
        // A batch of writes is an array of requests; a batch of reads is not.
        if (table === undefined || !Array.isArray(requests)) return next(args);
        let last = await this.#write(
          (one) => next({ ...args, input: { RequestItems: { [table]: [one] } } }),
          requests[0],
        );
        for (const request of requests.slice(1)) {
          last = await this.#write(
            (one) => next({ ...args, input: { RequestItems: { [table]: [one] } } }),
            request,
          );
        }
        return last;
      },
      { step: 'initialize', name: 'mortality' },
    );
  }

  async #write<T>(write: (request: never) => Promise<T>, request: unknown): Promise<T> {
    if (this.life <= 0) throw new Error(KILLED);
    this.life -= 1;
    return write(request as never);
  }
}

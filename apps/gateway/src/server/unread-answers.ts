import type { ServerResponse } from 'node:http';

/** The responses in progress of one client, oldest first, with their unread bytes. */
type Unread = Map<ServerResponse, number>;

/**
 * Limits the memory for responses that clients don't read. A limit on connections or requests is not enough,
 * because a page of events is a thousand times larger than a state. When the total exceeds the limit, the
 * client (an address) with the most unread bytes loses the connection with its oldest response. Slow readers
 * thus compete with themselves, not with others.
 */
export class UnreadAnswers {
  #bytes = 0;
  readonly #byClient = new Map<string, Unread>();

  constructor(readonly maxBytes: number) {}

  track(response: ServerResponse): void {
    const client = response.req.socket.remoteAddress ?? '';
    let isScheduled = false;
    const measure = (): void => {
      isScheduled = false;
      this.#note(client, response, response.destroyed ? 0 : response.writableLength);
    };
    // Defer the check: most responses reach the operating system before this turn of the event loop ends.
    const measureSoon = (): void => {
      if (isScheduled) return;
      isScheduled = true;
      setImmediate(measure);
    };
    const write = response.write.bind(response) as (...args: unknown[]) => boolean;
    const end = response.end.bind(response) as (...args: unknown[]) => ServerResponse;
    response.write = (...args: unknown[]) => {
      measureSoon();
      return write(...args);
    };
    response.end = ((...args: unknown[]) => {
      measureSoon();
      return end(...args);
    }) as ServerResponse['end'];
    response.on('drain', measure).on('finish', measure).on('close', measure);
  }

  #note(client: string, response: ServerResponse, bytes: number): void {
    const unread = this.#byClient.get(client) ?? new Map<ServerResponse, number>();
    this.#bytes += bytes - (unread.get(response) ?? 0);
    if (bytes > 0) unread.set(response, bytes);
    else unread.delete(response);
    if (unread.size > 0) this.#byClient.set(client, unread);
    else this.#byClient.delete(client);
    while (this.#bytes > this.maxBytes && this.#byClient.size > 0) this.#disconnectSlowest();
  }

  #disconnectSlowest(): void {
    let [slowest, most] = ['', -1];
    for (const [client, unread] of this.#byClient) {
      const bytes = [...unread.values()].reduce((sum, one) => sum + one, 0);
      if (bytes > most) [slowest, most] = [client, bytes];
    }
    const [oldest] = this.#byClient.get(slowest)?.keys() ?? [];
    if (oldest === undefined) return;
    oldest.req.socket.destroy();
    // Its `close` event comes later and finds nothing left to remove.
    this.#note(slowest, oldest, 0);
  }
}

import type { ServerResponse } from 'node:http';

/** Answers of one client that are on their way, with the bytes that it has not read; the oldest first. */
type Unread = Map<ServerResponse, number>;

/**
 * Bounds the memory that answers take while their clients don't read them. A limit on connections or requests is not
 * enough: a page of events is a thousand times larger than a state. If all answers together exceed the limit, the
 * client (an address) with the most unread bytes loses the connection with its oldest answer, so that slow readers
 * compete with themselves and not with others.
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
    // Not at once: most answers are with the operating system before this turn of the event loop ends.
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
    // Its own `close` comes later, and finds nothing left.
    this.#note(slowest, oldest, 0);
  }
}

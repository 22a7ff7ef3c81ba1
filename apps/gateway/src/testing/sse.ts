import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { createParser, type EventSourceMessage } from 'eventsource-parser';

/** A client of a live tail that takes one message at a time. */
export class TailClient {
  readonly comments: string[] = [];
  retry = 0;
  /** The first message, with the position at which the stream starts. */
  beginning: EventSourceMessage | undefined;
  /** The id that a browser would send when it reconnects. */
  lastEventId = '';
  readonly #messages: EventSourceMessage[] = [];
  readonly #wake = new Set<() => void>();
  #ended = false;

  private constructor(readonly response: IncomingMessage) {
    const parser = createParser({
      onEvent: (message) => {
        if (message.event === 'position') this.beginning = message;
        else this.#messages.push(message);
      },
      onComment: (comment) => void this.comments.push(comment),
      onRetry: (retry) => (this.retry = retry),
    });
    response.setEncoding('utf8').on('data', (text: string) => {
      for (const [, id] of text.matchAll(/^id: (.*)$/gm)) this.lastEventId = id as string;
      parser.feed(text);
      this.#awake();
    });
    response.on('close', () => {
      this.#ended = true;
      this.#awake();
    });
  }

  static async open(url: string, headers: Record<string, string> = {}): Promise<TailClient> {
    const [response] = (await once(get(url, { headers }), 'response')) as [IncomingMessage];
    return new TailClient(response);
  }

  /** Waits until a condition is true; checks it after every chunk. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      if (this.#ended) throw new Error('the stream has ended');
      await new Promise<void>((resolve) => this.#wake.add(resolve));
    }
  }

  /** The next message, with its data parsed. */
  async next(): Promise<{ id: string | undefined; event: string | undefined; data: unknown }> {
    await this.until(() => this.#messages.length > 0);
    const { id, event, data } = this.#messages.shift() as EventSourceMessage;
    return { id, event, data: JSON.parse(data) };
  }

  /** The messages received but not yet taken. */
  rest(): EventSourceMessage[] {
    return this.#messages.splice(0);
  }

  async ended(): Promise<void> {
    while (!this.#ended) await new Promise<void>((resolve) => this.#wake.add(resolve));
  }

  close(): void {
    this.response.destroy();
  }

  #awake(): void {
    for (const wake of this.#wake) wake();
    this.#wake.clear();
  }
}

/** Intervals that a test advances. */
export class Ticks {
  readonly running = new Map<() => void, number>();

  readonly every = (milliseconds: number, call: () => void): (() => void) => {
    const own = (): void => call();
    this.running.set(own, milliseconds);
    return () => this.running.delete(own);
  };

  /** Runs everything scheduled for an interval once. */
  pass(milliseconds: number): void {
    for (const [call, interval] of this.running) if (interval === milliseconds) call();
  }
}

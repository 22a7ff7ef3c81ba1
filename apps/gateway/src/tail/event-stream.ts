import type { Response } from 'express';

/** One server-sent message; `event` is left out on messages of the default kind. */
export interface Message {
  readonly id?: string;
  readonly event?: string;
  readonly data?: unknown;
}

/** JSON has no line breaks of its own, so that a message is one `data` line. */
function textOf({ id, event, data }: Message): string {
  const lines = [
    ...(event === undefined ? [] : [`event: ${event}`]),
    ...(id === undefined ? [] : [`id: ${id}`]),
    ...(data === undefined ? [] : [`data: ${JSON.stringify(data)}`]),
  ];
  return `${lines.join('\n')}\n\n`;
}

/**
 * Server-sent events to one client. Holds one message at a time: whoever does not read keeps the next one from
 * being made, and is disconnected by the server's bound on unread answers.
 */
export class EventStream {
  bytes = 0;
  readonly #gone = new AbortController();

  constructor(
    readonly response: Response,
    /** When a client that lost the connection comes back, in milliseconds. */
    retry: number,
  ) {
    response.once('close', () => this.#gone.abort());
    response.status(200).set({
      'Content-Type': 'text/event-stream; charset=utf-8',
      // Nothing on the way may keep, gather or squeeze messages.
      'Cache-Control': 'no-store, no-transform',
      'X-Accel-Buffering': 'no',
    });
    this.#write(`retry: ${retry}\n\n`);
  }

  /** Aborted when the client is gone, or the stream has ended. */
  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  /** Resolves when the client has taken what it was sent before, and this was handed over. */
  async send(message: Message): Promise<void> {
    const { response, gone } = this;
    if (gone.aborted) return;
    if (this.#write(textOf(message))) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        response.off('drain', done);
        response.off('close', done);
        resolve();
      };
      response.on('drain', done).on('close', done);
    });
  }

  /** A comment, so that nobody on the way takes the connection for dead; whoever is behind gets none. */
  beat(): void {
    if (!this.gone.aborted && !this.response.writableNeedDrain) this.#write(': here\n\n');
  }

  end(): void {
    this.#gone.abort();
    this.response.end();
  }

  #write(text: string): boolean {
    this.bytes += Buffer.byteLength(text);
    return this.response.write(text);
  }
}

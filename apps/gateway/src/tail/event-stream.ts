import type { Response } from 'express';

/** A server-sent message; the default type has no `event`. */
export interface Message {
  readonly id?: string;
  readonly event?: string;
  readonly data?: unknown;
}

/** Serialized JSON has no line breaks, so a message is one `data` line. */
function textOf({ id, event, data }: Message): string {
  const lines = [
    ...(event === undefined ? [] : [`event: ${event}`]),
    ...(id === undefined ? [] : [`id: ${id}`]),
    ...(data === undefined ? [] : [`data: ${JSON.stringify(data)}`]),
  ];
  return `${lines.join('\n')}\n\n`;
}

/**
 * Server-sent events to one client. A writer checks `isBehind` after each message, and then awaits `drained`.
 */
export class EventStream {
  bytes = 0;
  readonly #gone = new AbortController();

  constructor(
    readonly response: Response,
    /** Delay before a disconnected client reconnects, in milliseconds. */
    retry: number,
  ) {
    response.once('close', () => this.#gone.abort());
    if (response.destroyed) this.#gone.abort();
    response.status(200).set({
      'Content-Type': 'text/event-stream; charset=utf-8',
      // Proxies must not cache, buffer or compress messages.
      'Cache-Control': 'no-store, no-transform',
      'X-Accel-Buffering': 'no',
    });
    this.#write(`retry: ${retry}\n\n`);
  }

  /** Aborted when the client disconnects or the stream ends. */
  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  /** The connection's buffer is full; send the next message only after the client has read. */
  get isBehind(): boolean {
    return this.response.writableNeedDrain;
  }

  write(message: Message): void {
    if (!this.gone.aborted) this.#write(textOf(message));
  }

  /** Resolves when the client has read everything sent so far, or has disconnected. */
  async drained(): Promise<void> {
    const { response, gone } = this;
    if (gone.aborted || !this.isBehind) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        response.off('drain', done);
        gone.removeEventListener('abort', done);
        resolve();
      };
      response.on('drain', done);
      gone.addEventListener('abort', done);
    });
  }

  /** A comment, so that proxies don't drop the connection. A client that is behind does not need it. */
  beat(): void {
    if (!this.gone.aborted && !this.isBehind) this.#write(': here\n\n');
  }

  end(): void {
    this.#gone.abort();
    this.response.end();
  }

  #write(text: string): void {
    this.bytes += Buffer.byteLength(text);
    this.response.write(text);
  }
}

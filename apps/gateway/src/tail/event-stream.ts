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

/** Server-sent events to one client. A writer looks at `isBehind` after each message, and waits for `drained`. */
export class EventStream {
  bytes = 0;
  readonly #gone = new AbortController();

  constructor(
    readonly response: Response,
    /** When a client that lost the connection comes back, in milliseconds. */
    retry: number,
  ) {
    response.once('close', () => this.#gone.abort());
    if (response.destroyed) this.#gone.abort();
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

  /** The connection buffers as much as it should; the next message waits until the client has read. */
  get isBehind(): boolean {
    return this.response.writableNeedDrain;
  }

  write(message: Message): void {
    if (!this.gone.aborted) this.#write(textOf(message));
  }

  /** Resolves when the client has read what it was sent, or is gone. */
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

  /** A comment, so that proxies don't drop the connection; a client that is behind gets none. */
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

/** Effective events that one read may fold before it asks for the repair of its stream. */
const SLOW_READ_EVENTS = 300;
/** After a request, further ones for the same stream are ignored for this long. */
const PAUSE_MS = 60_000;
/** Streams that are remembered, and requests that are sent at once. */
const MOST_REMEMBERED = 1000;
const MOST_AT_ONCE = 10;

/** Asks for the repair of a stream, and does not wait for its end. */
export type RequestRepair = (streamId: string) => Promise<unknown>;

/**
 * No read stays slow: one that had to fold many events asks for the repair. Every read of the same stream is slow until
 * the repair has run, so requests are deduplicated by stream for a while. Failed requests are forgotten, so that the
 * next slow read asks again; the read itself never fails for one.
 */
export class RepairRequests {
  readonly #requestedAt = new Map<string, number>();
  #atOnce = 0;

  constructor(
    readonly request: RequestRepair,
    readonly clock: () => Date,
  ) {}

  /** A read of the stream folded so many events. */
  slowRead(streamId: string, folded: number): void {
    const now = this.clock().getTime();
    if (folded < SLOW_READ_EVENTS || this.#atOnce >= MOST_AT_ONCE) return;
    if (now - (this.#requestedAt.get(streamId) ?? -Infinity) < PAUSE_MS) return;
    const [oldest] = this.#requestedAt.keys();
    if (this.#requestedAt.size >= MOST_REMEMBERED && oldest !== undefined) this.#requestedAt.delete(oldest);
    this.#requestedAt.delete(streamId);
    this.#requestedAt.set(streamId, now);
    void this.#send(streamId);
  }

  async #send(streamId: string): Promise<void> {
    this.#atOnce += 1;
    try {
      await this.request(streamId);
    } catch {
      this.#requestedAt.delete(streamId);
    } finally {
      this.#atOnce -= 1;
    }
  }
}

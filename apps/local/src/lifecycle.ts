/** Parts that were started, to be stopped in the opposite order. */
export class Lifecycle {
  private readonly stops: (() => Promise<void>)[] = [];
  private readonly controller = new AbortController();
  private stopped: Promise<void> | undefined;

  /** Aborts when stopping begins. */
  get stopping(): AbortSignal {
    return this.controller.signal;
  }

  /**
   * Adds a running part. If shutdown has begun meanwhile, stops the part immediately.
   * @throws the reason of `stopping`, so that nothing more is started
   */
  async add<T>(part: T, stop: (part: T) => Promise<void>): Promise<T> {
    if (this.stopping.aborted) {
      await stop(part);
      this.stopping.throwIfAborted();
    }
    this.stops.push(() => stop(part));
    return part;
  }

  /** Stops all parts, the last one first. If a part fails to stop, the others are stopped nevertheless. */
  stop(): Promise<void> {
    this.controller.abort();
    return (this.stopped ??= this.unwind());
  }

  private async unwind(): Promise<void> {
    const failures: unknown[] = [];
    for (let stop = this.stops.pop(); stop !== undefined; stop = this.stops.pop()) {
      await stop().catch((error: unknown) => failures.push(error));
    }
    if (failures.length > 0) throw failures[0];
  }
}

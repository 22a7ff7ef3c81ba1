import type { ToolCall } from './dynamodb-operations';
import type { ToolResult } from './dynamodb-answers';
import type { StdioEngine } from './stdio-engine';

/*
 * On its pipe, dynoxide 1.2.1 keeps about 2,800 bytes of every request, whatever it is, until its process ends. At 500
 * requests a second, that is 5 GB an hour. Its process is therefore replaced after a number of requests: new calls
 * wait, the process answers those that it has, closes its file in order and ends, and another one opens the file. The
 * waiting calls then go on. They wait for a tenth of a second.
 */

/** 70 MB. */
const CALLS_EACH = 25_000;

export type StartEngine = () => Promise<StdioEngine>;

/** Behaves like one engine. It has ended when one of its processes ended by itself, or could not be started. */
class RenewedEngine implements StdioEngine {
  readonly stdin = null;
  readonly stdout = null;
  readonly exited: Promise<string>;
  #exit: (how: string) => void = () => undefined;
  /** Requests to the current process, pings included. */
  #calls = 0;
  /** Calls without an answer. */
  readonly #pending = new Set<Promise<unknown>>();
  #renewal: Promise<void> | undefined;
  #replaced: StdioEngine | undefined;

  constructor(
    private engine: StdioEngine,
    private readonly start: StartEngine,
    private readonly callsEach: number,
  ) {
    this.exited = new Promise((resolve) => (this.#exit = resolve));
    this.#watch();
  }

  get pid(): number {
    return this.engine.pid;
  }

  async call(tool: ToolCall): Promise<ToolResult> {
    while (this.#renewal !== undefined) await this.#renewal;
    const answer = this.engine.call(tool);
    this.#pending.add(answer);
    this.#count();
    return answer.finally(() => this.#pending.delete(answer));
  }

  silentMs(): number {
    return this.engine.silentMs();
  }

  ping(): void {
    if (this.#renewal !== undefined) return;
    this.engine.ping();
    this.#count();
  }

  async stop(): Promise<void> {
    await this.#renewal;
    await this.engine.stop();
  }

  /** The last request of a process begins its replacement, which waits for the answer. */
  #count(): void {
    this.#calls += 1;
    if (this.#calls < this.callsEach) return;
    this.#renewal = this.#replace()
      .catch((error: unknown) => this.#exit(`could not be started: ${(error as Error).message}`))
      .finally(() => (this.#renewal = undefined));
  }

  async #replace(): Promise<void> {
    const old = this.engine;
    this.#replaced = old;
    this.#calls = 0;
    await Promise.allSettled(this.#pending);
    await old.stop();
    this.engine = await this.start();
    this.#watch();
  }

  #watch(): void {
    const { engine } = this;
    void engine.exited.then((how) => {
      // The end of a process that is being replaced is in order.
      if (engine !== this.#replaced) this.#exit(how);
    });
  }
}

/**
 * Starts an engine whose process is replaced after so many requests. Its data must be in a file.
 * @throws whatever the first start throws
 */
export async function startRenewedEngine(start: StartEngine, callsEach = CALLS_EACH): Promise<StdioEngine> {
  return new RenewedEngine(await start(), start, callsEach);
}

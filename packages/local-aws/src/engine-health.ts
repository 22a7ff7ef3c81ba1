import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { StdioEngine } from './stdio-engine';

/** What can be wrong with an engine that runs; in the words of the log and of /readyz. */
export type EngineFault = 'disk-full' | 'stalled';

interface HealthOptions {
  /** Told of every change for the worse or the better. */
  readonly onChange: (state: EngineFault | 'well') => void;
  /** The database's; absent: in memory. */
  readonly file: string | undefined;
}

const LOOK_EVERY_MS = 1_000;
/** An engine that has answered nothing for so long has stalled. */
const STALLED_AFTER_MS = 3_000;
/** With less room than this, SQLite's next page may not fit. */
const LEAST_FREE_BYTES = 256 * 1024;
/** A write that failed counts for so long, unless one succeeds: a quota shows only in writing. */
const FAILURE_COUNTS_MS = 30_000;

/** Watches an engine: does it answer, and can it still write? */
export class EngineHealth {
  #state: EngineFault | 'well' = 'well';
  #failedAt = -Infinity;
  #looking: Promise<EngineFault | 'well'> | undefined;

  constructor(
    private readonly engine: () => StdioEngine,
    private readonly options: HealthOptions,
  ) {}

  /** Asks for signs of life until the function that it returns is called. */
  watch(): () => void {
    const timer = setInterval(() => {
      this.engine().ping();
      void this.fault();
    }, LOOK_EVERY_MS).unref();
    return () => clearInterval(timer);
  }

  /** @param stored false: there was no room for it */
  wrote(stored: boolean): void {
    this.#failedAt = stored ? -Infinity : performance.now();
    if (!stored) this.#become('disk-full');
  }

  /** What is wrong now. */
  async fault(): Promise<EngineFault | undefined> {
    // One look at a time: a file system that hangs must not gather them.
    this.#looking ??= this.#look().finally(() => (this.#looking = undefined));
    const state = await this.#looking;
    this.#become(state);
    return state === 'well' ? undefined : state;
  }

  async #look(): Promise<EngineFault | 'well'> {
    if (this.engine().silentMs() > STALLED_AFTER_MS) return 'stalled';
    const failed = performance.now() - this.#failedAt < FAILURE_COUNTS_MS;
    return failed || !(await this.#hasRoom()) ? 'disk-full' : 'well';
  }

  /** True as well where the file system does not say. */
  async #hasRoom(): Promise<boolean> {
    if (this.options.file === undefined) return true;
    try {
      const { bavail, bsize } = await statfs(dirname(this.options.file));
      return bavail * bsize >= LEAST_FREE_BYTES;
    } catch {
      return true;
    }
  }

  #become(state: EngineFault | 'well'): void {
    if (state === this.#state) return;
    this.#state = state;
    this.options.onChange(state);
  }
}

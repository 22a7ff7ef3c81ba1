import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { StdioEngine } from './stdio-engine';

/** Faults of a running engine, as worded in the log and in /readyz. */
export type EngineFault = 'disk-full' | 'stalled';

interface HealthOptions {
  /** Called whenever the health changes. */
  readonly onChange: (state: EngineFault | 'well') => void;
  /** The database's; absent: in memory. */
  readonly file: string | undefined;
}

const LOOK_EVERY_MS = 1_000;
/** An engine that has answered nothing for so long has stalled. */
const STALLED_AFTER_MS = 3_000;
/** With less room than this, SQLite's next page may not fit. */
const LEAST_FREE_BYTES = 256 * 1024;
/**
 * How long a failed write counts as a fault unless a later write succeeds: only writes reveal an exhausted
 * quota.
 */
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

  /** Starts periodic health checks. The returned function stops them. */
  watch(): () => void {
    const timer = setInterval(() => {
      this.engine().ping();
      void this.fault();
    }, LOOK_EVERY_MS).unref();
    return () => clearInterval(timer);
  }

  /** @param stored false: the disk was full */
  wrote(stored: boolean): void {
    this.#failedAt = stored ? -Infinity : performance.now();
    if (!stored) this.#become('disk-full');
  }

  /** The current fault. */
  async fault(): Promise<EngineFault | undefined> {
    // One check at a time: checks must not pile up while the file system hangs.
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

  /** Also true if the file system does not report free space. */
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

import { setTimeout as delay } from 'node:timers/promises';
import type { GuardedProcess } from './guarded-process';

export interface RestartLimits {
  /** The part is given up after this many ends within `withinMs`. */
  readonly most: number;
  readonly withinMs: number;
  /** The wait before the first restart; it doubles with each end that counts. */
  readonly firstWaitMs: number;
}

export const defaultRestarts: RestartLimits = { most: 6, withinMs: 60_000, firstWaitMs: 100 };

/** The restart policy of a part that keeps ending. */
export class Restarts {
  #ends: number[] = [];

  constructor(
    private readonly limits: RestartLimits = defaultRestarts,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Records an end. Returns the delay in milliseconds before the next start; undefined: too many ends. */
  wait(): number | undefined {
    const { most, withinMs, firstWaitMs } = this.limits;
    const now = this.now();
    this.#ends = [...this.#ends.filter((end) => now - end < withinMs), now];
    return this.#ends.length >= most ? undefined : firstWaitMs * 2 ** (this.#ends.length - 1);
  }
}

export interface Keeping<Part extends GuardedProcess> {
  /** Starts the part again. */
  readonly start: () => Part | Promise<Part>;
  /** Called for each unexpected end that is followed by a restart. */
  readonly onEnd: (how: string) => void;
  readonly onStarted?: (part: Part) => void;
  /** Called when the part ends too often. */
  readonly onGivenUp: (line: string) => void;
  readonly limits?: RestartLimits;
}

/** A part that restarts when it ends by itself. */
export interface KeptPart {
  /** Resolves when the part has ended and will not restart. */
  stop(): Promise<void>;
}

/** Restarts a running part whenever it ends, until it is stopped or has ended too often. */
export function keepRunning<Part extends GuardedProcess>(first: Part, options: Keeping<Part>): KeptPart {
  const { limits = defaultRestarts, start, onEnd, onStarted, onGivenUp } = options;
  const restarts = new Restarts(limits);
  const stopping = new AbortController();
  let current: Part | undefined = first;

  /** The next run; undefined: the part was stopped or given up meanwhile. */
  async function next(how: string): Promise<Part | undefined> {
    const wait = restarts.wait();
    if (wait === undefined) {
      onGivenUp(`ended ${limits.most} times within ${limits.withinMs / 1_000} seconds; at last it ${how}`);
      return undefined;
    }
    onEnd(how);
    try {
      await delay(wait, undefined, { signal: stopping.signal });
      const part = await start();
      onStarted?.(part);
      return part;
    } catch (error) {
      return stopping.signal.aborted ? undefined : next(`could not be started: ${(error as Error).message}`);
    }
  }

  async function keep(): Promise<void> {
    while (current !== undefined) {
      const how = await current.exited;
      if (stopping.signal.aborted) return;
      current = undefined;
      current = await next(how);
    }
  }

  const over = keep();
  return {
    async stop() {
      stopping.abort();
      await current?.stop();
      await over;
      // It may have been starting when it was stopped.
      await current?.stop();
    },
  };
}

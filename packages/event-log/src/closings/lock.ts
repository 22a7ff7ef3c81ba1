import type { Store } from '../storage/store';
import { ClosingRegister, type ClosedPeriod } from './register';

export type { ClosedPeriod } from './register';

/**
 * How long a process keeps what it knows of the closed period. A closing waits longer than this before it chooses the
 * recorded time of its report (`CLOSING_WAIT_MS`).
 */
export const LOCK_KEPT_MS = 2_000;

/**
 * From the moment at which a closing is seen to its K. Events that were judged by the lock before it are stamped at most
 * `LOCK_KEPT_MS` after it began, by clocks that may be a second ahead; the clock that chooses K may be a second behind.
 */
export const CLOSING_WAIT_MS = LOCK_KEPT_MS + 3_000;

/** What writers ask before they record an event that may be in a closed period. */
export interface PeriodLock {
  current(): Promise<ClosedPeriod | undefined>;
}

interface Kept {
  readonly period: ClosedPeriod | undefined;
  /** When each clock began to read it. */
  readonly since: readonly number[];
}

export interface LockOptions {
  readonly keptMs?: number;
  /**
   * What is known is used as long as every one of these clocks says that it is young, in milliseconds. A clock of the
   * day may be set, and a steady one may stand still while its machine is frozen; not both by the same amount.
   */
  readonly clocks?: readonly (() => number)[];
}

/** The closed period of a store, read at most once in a while. Costs appends nothing, but for the one that reads it. */
export function periodLock(
  store: Store,
  { keptMs = LOCK_KEPT_MS, clocks = [() => performance.now(), () => Date.now()] }: LockOptions = {},
): PeriodLock {
  const register = new ClosingRegister(store);
  let kept: Kept | undefined;
  const isYoung = ({ since }: Kept): boolean =>
    clocks.every((clock, index) => Math.abs(clock() - (since[index] ?? -Infinity)) < keptMs);
  return {
    async current() {
      if (kept !== undefined && isYoung(kept)) return kept.period;
      // The time before the request: what it finds is at least that new.
      const since = clocks.map((clock) => clock());
      const period = await register.period();
      kept = { period, since };
      return period;
    },
  };
}

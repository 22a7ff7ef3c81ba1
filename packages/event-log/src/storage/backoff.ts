import { setTimeout } from 'node:timers/promises';
import { StoreUnavailableError } from './errors';

const FIRST_WAIT_MS = 8;
const LONGEST_WAIT_MS = 1000;

/** Attempts of one request to a busy table, before the caller learns that it is unavailable. About 4 s at most. */
export const MOST_ATTEMPTS = 10;

/** Full jitter: a wait between 0 and a bound that doubles with each attempt. Milliseconds. */
export function backoff(attempt: number, random: () => number = Math.random): number {
  return attempt === 0 ? 0 : random() * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt);
}

/** How to wait before another attempt. Passed in, so that no test needs real time. */
export interface Waiting {
  readonly delay: (milliseconds: number) => Promise<unknown>;
  readonly random: () => number;
}

export const realTime: Waiting = { delay: setTimeout, random: Math.random };

/**
 * Repeats a request to a busy table, with backoff and jitter.
 * @param request answers undefined while there is something left to do
 * @throws StoreUnavailableError after `MOST_ATTEMPTS`
 */
export async function untilDone<T>(
  { delay, random }: Waiting,
  what: string,
  request: () => Promise<T | undefined>,
): Promise<T> {
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
    if (attempt > 0) await delay(backoff(attempt, random));
    const answer = await request();
    if (answer !== undefined) return answer;
  }
  throw new StoreUnavailableError(
    `${what}: the table is too busy, ${MOST_ATTEMPTS} attempts were not enough`,
  );
}

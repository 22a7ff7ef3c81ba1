import { backoff, type EventLog } from '@hindsight/event-log';
import { processEvents, type Processed, type ProcessInput } from '@hindsight/workflow';
import { reachable } from './reachable';

export interface ProcessingOptions {
  readonly log: Pick<EventLog, 'plan'>;
  /** The table that the workflow writes to. */
  readonly tableName: string;
  readonly delay: (milliseconds: number) => Promise<unknown>;
  readonly random: () => number;
}

/**
 * The Process… tasks. Loads, reduces and checks: what is to be stored, as the log is now. After a lost race it first
 * waits, with full jitter, so that writers of one product drift apart.
 */
export const processing =
  ({ log, tableName, delay, random }: ProcessingOptions) =>
  async (input: ProcessInput): Promise<Processed> => {
    const { attempt } = input;
    // A timer takes a millisecond at least, even where there is nothing to wait for.
    if (attempt > 0) await delay(backoff(attempt, random));
    return reachable(() => processEvents(log, input, tableName));
  };

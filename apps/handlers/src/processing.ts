import { backoff } from '@hindsight/event-log';
import {
  processEvents,
  type Entered,
  type Processed,
  type ProcessInput,
  type ProcessOptions,
  type ProductLog,
} from '@hindsight/workflow';
import { reachable } from './reachable';

export interface ProcessingOptions extends Omit<ProcessOptions, 'now'> {
  readonly log: Pick<ProductLog, 'plan' | 'planAct'>;
  /** Stamps what a state machine of an earlier version sends, which does not say its time. */
  readonly clock: () => Date;
  readonly delay: (milliseconds: number) => Promise<unknown>;
  readonly random: () => number;
}

export const inputOf = (entered: Entered | ProcessInput): ProcessInput =>
  'enteredAt' in entered ? entered.input : entered;

/**
 * The function behind the Process… states: loads, reduces, validates, and plans the write. After a lost race
 * it first waits, with full jitter, so that competing writers of one product spread out.
 */
export const processing =
  ({ log, clock, delay, random, ...options }: ProcessingOptions) =>
  async (entered: Entered | ProcessInput): Promise<Processed> => {
    const input = inputOf(entered);
    const now = 'enteredAt' in entered ? new Date(entered.enteredAt) : clock();
    // A timer takes at least a millisecond, even for a delay of 0.
    if (input.attempt > 0) await delay(backoff(input.attempt, random));
    return reachable(() => processEvents(log, input, { ...options, now }));
  };

import { backoff } from '@hindsight/event-log';
import {
  processEvents,
  type Processed,
  type ProcessInput,
  type ProcessOptions,
  type ProductLog,
} from '@hindsight/workflow';
import { reachable } from './reachable';

export interface ProcessingOptions extends ProcessOptions {
  readonly log: Pick<ProductLog, 'plan' | 'planAct'>;
  readonly delay: (milliseconds: number) => Promise<unknown>;
  readonly random: () => number;
}

/**
 * The function behind the Process… states: loads, reduces, validates, and plans the write. After a lost race
 * it first waits, with full jitter, so that competing writers of one product spread out.
 */
export const processing =
  ({ log, delay, random, ...options }: ProcessingOptions) =>
  async (input: ProcessInput): Promise<Processed> => {
    const { attempt } = input;
    // A timer takes at least a millisecond, even for a delay of 0.
    if (attempt > 0) await delay(backoff(attempt, random));
    return reachable(() => processEvents(log, input, options));
  };

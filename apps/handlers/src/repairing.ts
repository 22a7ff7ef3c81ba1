import type { EventLog } from '@hindsight/event-log';
import { reachable } from './reachable';

export interface RepairInput {
  readonly productId: string;
}

/** What Lambda hands to a function; only the time left is of interest. */
export interface LambdaContext {
  getRemainingTimeInMillis(): number;
}

class RepairUnfinishedError extends Error {
  override readonly name = 'RepairUnfinished';
}

/** Time to leave for the last step, in milliseconds. */
const RESERVE = 10_000;

/**
 * The task that makes the checkpoints that stale states call for, in bounded steps. Invoked asynchronously; what it
 * leaves undone, its retry or the next repair of that product finishes.
 */
export function repairing(log: Pick<EventLog, 'repair'>) {
  /** One repair a product at a time in this process; a request during one makes it look once more. */
  const running = new Map<string, { again: boolean }>();

  async function repair(productId: string, context: LambdaContext | undefined): Promise<void> {
    while (!(await reachable(() => log.repair(productId))).done) {
      if (context !== undefined && context.getRemainingTimeInMillis() < RESERVE) {
        throw new RepairUnfinishedError(`the checkpoints of product ${productId} are not all made yet`);
      }
    }
  }

  return async ({ productId }: RepairInput, context?: LambdaContext): Promise<void> => {
    const current = running.get(productId);
    if (current !== undefined) {
      current.again = true;
      return;
    }
    const own = { again: true };
    running.set(productId, own);
    try {
      while (own.again) {
        own.again = false;
        await repair(productId, context);
      }
    } finally {
      running.delete(productId);
    }
  };
}

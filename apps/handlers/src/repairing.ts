import type { ProductLog } from '@hindsight/workflow';
import { reachable } from './reachable';

export interface RepairInput {
  readonly productIds: readonly string[];
}

/** Lambda's context of an invocation; only the remaining time is used. */
export interface LambdaContext {
  getRemainingTimeInMillis(): number;
}

class RepairUnfinishedError extends Error {
  override readonly name = 'RepairUnfinished';
}

/** Time to leave for the last step, in milliseconds. */
const RESERVE = 10_000;

/**
 * The function that brings the summaries of a product up to date, in bounded steps. It is invoked asynchronously;
 * its retry, or the product's next repair, completes unfinished work.
 */
export function repairing(log: Pick<ProductLog, 'repair'>) {
  /** One repair per product at a time in this process. A request during a repair makes it check once more. */
  const running = new Map<string, { again: boolean }>();

  async function repair(productId: string, context: LambdaContext | undefined): Promise<void> {
    while (!(await reachable(() => log.repair(productId))).done) {
      if (context !== undefined && context.getRemainingTimeInMillis() < RESERVE) {
        throw new RepairUnfinishedError(`the repair of product ${productId} is not finished yet`);
      }
    }
  }

  async function once(productId: string, context: LambdaContext | undefined): Promise<void> {
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
  }

  /** One product after another: together they would read as much as many appends. */
  return async ({ productIds }: RepairInput, context?: LambdaContext): Promise<void> => {
    for (const productId of productIds) await once(productId, context);
  };
}

import type { Trace } from '@hindsight/workflow';
import { discreet } from './discreet';
import { eventLog } from './environment';
import { log } from './logger';
import { repairing, type LambdaContext, type RepairInput } from './repairing';

const repair = repairing(eventLog());

/** @param input `trace` is that of the append that invalidated states */
export const handler = discreet(
  async (
    { trace, ...input }: RepairInput & { readonly trace?: Trace },
    context?: LambdaContext,
  ): Promise<void> => {
    await repair(input, context);
    for (const productId of input.productIds) log(trace, { productId }, 'repaired');
  },
);

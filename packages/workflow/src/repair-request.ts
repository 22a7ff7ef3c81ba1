import { productIdSchema } from '@hindsight/domain';
import * as z from 'zod';

/** Starts an execution that only requests the repair of a product. */
export interface RepairRequest {
  readonly productId: string;
  readonly repair: true;
}

export const REPAIR_ROUTE = 'repair';

/** The input of RequestRepair, with the same paths as after an append; the execution ends with the result. */
export interface RepairRouted {
  readonly route: typeof REPAIR_ROUTE;
  readonly plan: {
    readonly repair: readonly string[];
    readonly result: { readonly productId: string };
  };
  readonly trace: Readonly<Record<string, never>>;
}

const request = z.strictObject({ productId: productIdSchema, repair: z.literal(true) });

/**
 * The input of an execution that requests a repair, as the machine passes it on; undefined for any other
 * input.
 */
export function repairRouted(input: unknown): RepairRouted | undefined {
  const { success, data } = request.safeParse(input);
  if (!success) return undefined;
  const { productId } = data;
  return { route: REPAIR_ROUTE, plan: { repair: [productId], result: { productId } }, trace: {} };
}

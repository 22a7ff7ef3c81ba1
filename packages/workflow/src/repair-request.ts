import { productIdSchema } from '@hindsight/domain';
import * as z from 'zod';

/** Starts an execution that asks for the repair of a product, and does nothing else. */
export interface RepairRequest {
  readonly productId: string;
  readonly repair: true;
}

export const REPAIR_ROUTE = 'repair';

/** What RequestRepair reads, in the places where it finds it after an append. */
export interface RepairRouted {
  readonly route: typeof REPAIR_ROUTE;
  readonly plan: { readonly result: { readonly productId: string } };
  readonly trace: Readonly<Record<string, never>>;
}

const request = z.strictObject({ productId: productIdSchema, repair: z.literal(true) });

/** The way of a request for a repair through the machine; undefined if the input is not one. */
export function repairRouted(input: unknown): RepairRouted | undefined {
  const { success, data } = request.safeParse(input);
  if (!success) return undefined;
  return { route: REPAIR_ROUTE, plan: { result: { productId: data.productId } }, trace: {} };
}

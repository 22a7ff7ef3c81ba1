import { decimalOf, millionths, type Invariant } from '@hindsight/bitemporal';
import type { ProductState } from './state';

export const INSUFFICIENT_STOCK = 'insufficient-stock';

/** Stock is never negative. The breach is how much is missing. */
const stockSuffices: Invariant<ProductState> = {
  name: INSUFFICIENT_STOCK,
  floor: 0n,
  breach: ({ quantity }) => (quantity.startsWith('-') ? decimalOf(-millionths(quantity)) : undefined),
  worse: (a, b) => millionths(a) > millionths(b),
  describe: (missing, at) => `stock would be short by ${missing} at ${at}`,
};

/** The rules that every instant of a product's history keeps. */
export const invariants: readonly Invariant<ProductState>[] = [stockSuffices];

import type { ProductState } from '@hindsight/domain';
import { millionthsOf } from './history';

/** A product in the stock at (T, K). */
export interface StockRow {
  readonly productId: string;
  readonly version: number;
  readonly state: ProductState;
}

/** A product, compared with itself at another (T, K). */
export interface ComparedRow {
  readonly productId: string;
  readonly name: string | undefined;
  readonly unit: string | undefined;
  /** Undefined: it does not exist there. */
  readonly here: ProductState | undefined;
  readonly there: ProductState | undefined;
  /** The quantity here minus the one there, in millionths. */
  readonly difference: bigint;
  /** The states differ, in the quantity or in something else. */
  readonly differs: boolean;
}

const quantityOf = (state: ProductState | undefined): bigint => (state ? millionthsOf(state.quantity) : 0n);

function compared(productId: string, here?: ProductState, there?: ProductState): ComparedRow {
  const some = here ?? there;
  return {
    productId,
    name: some?.name ?? undefined,
    unit: some?.unit ?? undefined,
    ...{ here, there },
    difference: quantityOf(here) - quantityOf(there),
    differs: JSON.stringify(here) !== JSON.stringify(there),
  };
}

/** Fields besides the quantity that differ, with their values there and here. */
export function otherFields({ here, there }: ComparedRow): readonly (readonly [string, unknown, unknown])[] {
  if (here === undefined || there === undefined) return [];
  const [now, then] = [here, there] as unknown as readonly Readonly<Record<string, unknown>>[];
  return Object.keys({ ...then, ...now })
    .filter((name) => name !== 'quantity' && name !== 'conflicts')
    .filter((name) => JSON.stringify(now?.[name] ?? null) !== JSON.stringify(then?.[name] ?? null))
    .map((name) => [name, then?.[name], now?.[name]] as const);
}

const magnitude = ({ difference }: ComparedRow): bigint => (difference < 0n ? -difference : difference);

/** By product id; compared with another stock, what differs comes first, the greatest differences before the others. */
export function rowsOf(here: readonly StockRow[], there: readonly StockRow[] | undefined): ComparedRow[] {
  const others = new Map((there ?? []).map(({ productId, state }) => [productId, state]));
  const known = new Set(here.map(({ productId }) => productId));
  const gone = (there ?? []).filter(({ productId }) => !known.has(productId));
  const rows = [
    ...here.map(({ productId, state }) => compared(productId, state, there ? others.get(productId) : state)),
    ...gone.map(({ productId, state }) => compared(productId, undefined, state)),
  ];
  if (there === undefined) return rows;
  return rows.sort((a, b) => {
    if (a.differs !== b.differs) return a.differs ? -1 : 1;
    const [one, other] = [magnitude(a), magnitude(b)];
    return one === other ? (a.productId < b.productId ? -1 : 1) : one < other ? 1 : -1;
  });
}

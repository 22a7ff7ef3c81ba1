import { isNegative, subtract } from './decimal';
import type { Registry } from './registry';
import type { ProductState } from './state';
import type { ChangeContent, EventReference, StateConflict } from './types';

/** One event that counts, at its place: ordered by (effectiveAt, version). */
export interface Fact {
  /** Names the event in the log; its effectiveAt is the place. */
  readonly event: EventReference;
  /** What it says, after corrections and upcasting. */
  readonly content: ChangeContent;
}

/** A product at a place of its history: what is so there, and the fact that made it so. */
export interface Snapshot {
  readonly state: ProductState;
  readonly last: EventReference;
}

type Place = Pick<EventReference, 'effectiveAt' | 'version'>;

/** Effective order: by time, ties in the order of recording. */
export function comparePlaces(a: Place, b: Place): number {
  if (a.effectiveAt !== b.effectiveAt) return a.effectiveAt < b.effectiveAt ? -1 : 1;
  return a.version - b.version;
}

/** A place as text: text order is effective order, up to 10^12 events a product. */
export const placeKey = ({ effectiveAt, version }: Place): string =>
  `${effectiveAt}#${String(version).padStart(12, '0')}`;

/** How much is missing: '0' where the rule holds. */
export function deficitOf(state: ProductState | null): string {
  return state !== null && isNegative(state.quantity) ? subtract('0', state.quantity) : '0';
}

/** The rule that holds at every instant: stock is never negative. */
export const INSUFFICIENT_STOCK = 'insufficient-stock';

function conflictsAfter(
  before: ProductState | null,
  quantity: string,
  fact: Fact,
): readonly StateConflict[] | undefined {
  if (!isNegative(quantity)) return undefined;
  const since = before?.conflicts?.[0] ?? fact.event;
  const { eventId, version, effectiveAt } = since;
  return [{ rule: INSUFFICIENT_STOCK, deficit: subtract('0', quantity), eventId, version, effectiveAt }];
}

/** The state after one more fact. `before` is null for the first in effective order. Pure. */
export function evolve(
  registry: Registry,
  productId: string,
  before: ProductState | null,
  fact: Fact,
): ProductState {
  const state = registry.evolve(productId, before, fact.content);
  const conflicts = conflictsAfter(before, state.quantity, fact);
  return { ...state, ...(conflicts && { conflicts }) };
}

/** The product one fact further on. */
export function advance(
  registry: Registry,
  productId: string,
  before: Snapshot | null,
  fact: Fact,
): Snapshot {
  return { state: evolve(registry, productId, before?.state ?? null, fact), last: fact.event };
}

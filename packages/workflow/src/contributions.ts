import { fieldNames, quantityBetween, type ProductState, type RecordedEvent } from '@hindsight/domain';
import type { ProductLogReader } from './product-log';

/**
 * What each event contributes to a difference. An answer about one moment that changed between two states of knowledge
 * changed because of the events that were recorded between them. The contribution of one is the difference that it makes,
 * `state(T, v) − state(T, v − 1)`. The contributions add up to the whole difference exactly, because each starts where
 * the one before it ends.
 *
 * An event that takes effect after T and corrects nothing can't change the answer about T: it is passed over unread.
 */

/** What a difference can be in: the fields of the state, and the rules that it breaks. */
export const comparedFields = [...fieldNames, 'conflicts'] as const;
export type ComparedField = (typeof comparedFields)[number];

/** What one event contributes to a difference. */
export interface Contribution {
  readonly event: RecordedEvent;
  /** Its share of the difference in quantity: a signed canonical decimal. */
  readonly change: string;
  /** What it changed in the state at that moment. */
  readonly changed: readonly ComparedField[];
}

export const quantityOf = (state: ProductState | null): string => state?.quantity ?? '0';

export const changedFields = (before: ProductState | null, after: ProductState | null): ComparedField[] =>
  comparedFields.filter(
    (field) => JSON.stringify(before?.[field] ?? null) !== JSON.stringify(after?.[field] ?? null),
  );

/** The state of a product at a moment, as known through a version; null: nothing counted. */
export async function stateThrough(
  log: Pick<ProductLogReader, 'stateAt'>,
  productId: string,
  { asOf, version }: { readonly asOf: string; readonly version: number },
): Promise<ProductState | null> {
  if (version === 0) return null;
  const answer = await log.stateAt(productId, { asOf, version });
  return answer.found ? answer.state : null;
}

/** One end of a difference. */
export interface DiffEnd {
  /** The newest version known; 0: none. */
  readonly version: number;
  /** null: nothing counted at that moment. */
  readonly state: ProductState | null;
}

/** The answer about a moment, as known through a version. */
export const endOf = async (
  log: Pick<ProductLogReader, 'stateAt'>,
  productId: string,
  moment: { readonly asOf: string; readonly version: number },
): Promise<DiffEnd> => ({
  version: moment.version,
  state: await stateThrough(log, productId, moment),
});

interface Between {
  readonly asOf: string;
  /** The events after this version … */
  readonly after: number;
  /** … through this one. */
  readonly through: number;
}

/** A contribution, and the state that it ends in. */
export interface Step extends Contribution {
  /** Whether the event can change answers about that moment. */
  readonly reaches: boolean;
  readonly state: ProductState | null;
}

/** Each event that was recorded between two versions, with its contribution, in the order of recording. */
export async function* contributionsOf(
  log: ProductLogReader,
  productId: string,
  { asOf, after, through }: Between,
): AsyncGenerator<Step> {
  if (after >= through) return;
  let before = await stateThrough(log, productId, { asOf, version: after });
  // One event at a time: late ones among them may need several reads each.
  for await (const { event } of log.follow(productId, { after, through, adjustments: false })) {
    const reaches = 'targetEventId' in event || event.effectiveAt <= asOf;
    const { version } = event;
    const state = reaches ? await stateThrough(log, productId, { asOf, version }) : before;
    yield {
      event,
      change: quantityBetween(quantityOf(before), quantityOf(state)),
      changed: changedFields(before, state),
      reaches,
      state,
    };
    before = state;
    if (version >= through) return;
  }
}

import type { Adjustment, EventReference, ProductState, RecordedEvent } from '@hindsight/domain';

/** What one product is now, and what a list of products shows of its log. */
export interface Overview {
  readonly productId: string;
  /** The newest version, and when it was recorded. */
  readonly version: number;
  readonly recordedAt: string;
  /** The moment of `state`: the time of the read. */
  readonly asOf: string;
  /** Null: nothing counts at that moment. */
  readonly state: ProductState | null;
  readonly lastEvent: EventReference | null;
  /** The latest effective time of any event. */
  readonly highWaterMark: string;
  /** The first effective time at which an event counts; null: none does. */
  readonly firstEffectiveAt: string | null;
  /** The first effective time after `asOf` at which an event counts. */
  readonly nextEffectiveAt: string | null;
  /** When the newest event was recorded that changed the past; null: none in the last days. */
  readonly lateAt: string | null;
}

/** What is known of a product's log from an earlier overview. */
export type Earlier = Pick<Overview, 'version' | 'firstEffectiveAt' | 'lateAt'>;

export type StateAt =
  | {
      readonly found: true;
      readonly version: number;
      readonly state: ProductState;
      readonly lastEvent: EventReference;
    }
  | { readonly found: false; readonly why: string };

/**
 * An event, the state that it led to (null: nothing counted then), and what it changed in the past. Of an event that only
 * newer code understands, the event alone.
 */
export interface FollowedEvent {
  readonly event: RecordedEvent;
  readonly state?: ProductState | null;
  readonly adjustment?: Adjustment;
}

export interface FollowQuery {
  readonly after: number;
  readonly through: number;
  readonly states?: true;
  readonly asStored?: true;
}

/** What the views ask of the log. The log of the inventory has it (packages/workflow). */
export interface InventoryLog {
  /** Undefined for a product without events. */
  overview(productId: string, earlier?: Earlier): Promise<Overview | undefined>;
  stateAt(productId: string, moment: { readonly asOf?: string; readonly knownAt?: string }): Promise<StateAt>;
  follow(productId: string, query: FollowQuery): AsyncIterable<FollowedEvent>;
}

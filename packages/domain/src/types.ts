import type * as bitemporal from '@hindsight/bitemporal';
import type { ProductState } from './state';

/**
 * The shapes that cross package borders. JSON names here are stored for ever: they are a contract.
 */

/** The optional fields of every event in addition to those of its type. They are stored as given. */
export interface EventContext {
  readonly correlationId?: string;
  readonly causationId?: string;
  readonly reason?: string;
  /** The origin of the event, such as a till; for a CloudEvent its `source`. */
  readonly source?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** The flat content of an event that changes a product; the fields of its type are those of its folder. */
export interface ChangeContent {
  readonly eventType: string;
  readonly schemaVersion: number;
  readonly effectiveAt?: string;
  readonly [field: string]: unknown;
}

/** A client's event, validated and normalized: canonical decimals, UTC milliseconds, its id known. */
export interface ProductEvent extends ChangeContent, EventContext {
  readonly eventId: string;
  readonly eventCategory: 'inventory';
  readonly productId: string;
}

/** An event as the log stores it. Times are RFC 3339, UTC, with milliseconds. */
export interface RecordedEvent extends ProductEvent {
  /** 1, 2, 3 … within the product, in the order of recording. */
  readonly version: number;
  readonly effectiveAt: string;
  readonly recordedAt: string;
  /**
   * The caller that recorded it: the name of a token, the subject of a JWT, a rule of the bus, `import`, or
   * `anonymous`. History does not depend on it.
   */
  readonly recordedBy: string;
  /** The effective time that it was sent with, if that was in a closed period and it was carried to the first open instant. */
  readonly carriedFrom?: string;
}

export type { BrokenRule, Change, Conflict, ConflictPolicy, EventReference } from '@hindsight/bitemporal';

/** The changes that an append makes to the past, and the invariants that it violates there. */
export type Adjustment = bitemporal.Adjustment<ProductState>;

import type { FieldName, ProductState } from './state';

/**
 * The shapes that cross package borders. JSON names here are stored for ever: they are a contract.
 */

/** A rule that the history breaks from some instant on, as the state shows it until it is healed. */
export interface StateConflict {
  readonly rule: string;
  /** How much is missing at this moment, a canonical decimal > 0. */
  readonly deficit: string;
  /** The event at which the rule broke. */
  readonly eventId: string;
  readonly version: number;
  readonly effectiveAt: string;
}

/** What every event may carry beside the fields of its type; all optional, kept as given. */
export interface EventContext {
  readonly correlationId?: string;
  readonly causationId?: string;
  readonly reason?: string;
  /** What the event comes from, such as a till; of a CloudEvent its `source`. */
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

/** A client's event, validated and normalised: canonical decimals, UTC milliseconds, its id known. */
export interface ProductEvent extends ChangeContent, EventContext {
  readonly eventId: string;
  readonly eventCategory: 'inventory';
  readonly productId: string;
}

/** An event as the log keeps it. Times are RFC 3339, UTC, with milliseconds. */
export interface RecordedEvent extends ProductEvent {
  /** 1, 2, 3 … within the product, in the order of recording. */
  readonly version: number;
  readonly effectiveAt: string;
  readonly recordedAt: string;
  /** Who recorded it: the name of a token, the subject of a JWT, a rule of the bus, `import`, or `anonymous`. History does not depend on it. */
  readonly recordedBy?: string;
}

/** Names one event of the log without its content. */
export interface EventReference {
  readonly eventId: string;
  readonly eventType: string;
  readonly version: number;
  readonly effectiveAt: string;
  readonly recordedAt: string;
}

export type ConflictPolicy = 'reject' | 'flag';

/** One difference between the old and the new history, over [from, to). */
export interface Change {
  readonly from: string;
  /** null: it lasts. */
  readonly to: string | null;
  readonly field: FieldName;
  readonly before: unknown;
  readonly after: unknown;
}

/** An instant at which the adjusted history breaks a rule. */
export interface Conflict extends StateConflict {
  readonly first?: true;
  readonly deepest?: true;
}

/** What an append changes in the past, and what it breaks there. */
export interface Adjustment {
  readonly effectiveFrom: string;
  /** Later events folded again, until the old and the new history met or ended. */
  readonly eventsReplayed: number;
  /** The state at the moment of recording, before and after; null where the product has none. */
  readonly before: ProductState | null;
  readonly after: ProductState | null;
  /** At most 100, the earliest; `changesTotal` counts all. */
  readonly changes: readonly Change[];
  readonly changesTotal: number;
  /** At most 100, with the first and the deepest among them; `conflictsTotal` counts all. */
  readonly conflicts: readonly Conflict[];
  readonly conflictsTotal: number;
}

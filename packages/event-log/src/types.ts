import type {
  Adjustment,
  Change,
  ConflictPolicy,
  EventReference,
  ProductEvent,
  ProductState,
  RecordedEvent,
} from '@hindsight/domain';

/** Events whose ids were made of the key of their request. */
export interface Keyed {
  readonly ids: readonly string[];
  /** A digest of the whole batch: with the same key, another batch is not a repetition. */
  readonly batch: string;
}

/** One atomic append: 1 to 25 validated events of one product. */
export interface AppendCommand {
  readonly productId: string;
  readonly events: readonly ProductEvent[];
  readonly keyed?: Keyed;
  /** Who records the events. No part of what a repetition must match. */
  readonly recordedBy: string;
  /** The head version that the append must find; 0: the product must not exist yet. */
  readonly expectedVersion?: number;
  readonly onConflict: ConflictPolicy;
  readonly dryRun: boolean;
  /** False: an event that would change the past is refused. */
  readonly allowLate?: boolean;
}

/** An event as an append answers it; `variance` is what a count found (counted minus expected). */
export type AppendedEvent = RecordedEvent & { readonly variance?: string };

export interface AppendResult {
  readonly productId: string;
  /** The head version after the append (of the first append, where it was replayed). */
  readonly version: number;
  /** Every event of the command, in its order, as it stands in the log. */
  readonly events: readonly AppendedEvent[];
  /** The state at the moment of recording; null when no event counts at that moment. */
  readonly state: ProductState | null;
  /** Present when the append changed the past. */
  readonly adjustment?: Adjustment;
  /** Nothing was stored: all of it was in the log already, and this is the first result. */
  readonly replayed: boolean;
  readonly dryRun: boolean;
}

/** Why an append was not stored. `error` is a stable name; `detail` is for people. */
export type Refusal =
  | {
      readonly error: 'RuleBroken';
      readonly detail: string;
      readonly rule: string;
      readonly adjustment: Adjustment;
    }
  | {
      readonly error: 'EventIdReused';
      readonly detail: string;
      readonly eventId: string;
      readonly version?: number;
    }
  | { readonly error: 'LateNotAllowed'; readonly detail: string; readonly eventId: string }
  | { readonly error: 'VersionConflict'; readonly detail: string; readonly currentVersion: number }
  | {
      readonly error: 'TargetNotFound';
      readonly detail: string;
      readonly index: number;
      readonly targetEventId: string;
    };

/** Where on the two time axes a question stands. At most one of `knownAt` and `version`. */
export interface Moment {
  /** Effective time, inclusive. Absent: now. */
  readonly asOf?: string;
  /** Recorded time, inclusive. Absent: all that is known. */
  readonly knownAt?: string;
  /** Known through this version. */
  readonly version?: number;
}

export type StateAnswer =
  | {
      readonly found: true;
      readonly productId: string;
      readonly asOf: string;
      readonly knownAt: string | null;
      /** The last version known at that moment. */
      readonly version: number;
      readonly state: ProductState;
      /** The last event that counts at that moment, by effective order. */
      readonly lastEvent: EventReference;
    }
  | { readonly found: false; readonly why: 'product-not-found' }
  /** `headVersion` is the newest one there is. */
  | { readonly found: false; readonly why: 'version-not-found'; readonly headVersion: number }
  /** Nothing counts yet; the first effective and recorded times say where to look (null: no event counts at all). */
  | {
      readonly found: false;
      readonly why: 'no-state-at-time';
      readonly firstEffectiveAt: string | null;
      readonly firstRecordedAt: string;
    };

export interface ReadOptions {
  readonly direction: 'forward' | 'backward';
  /** Items a page, 1 to 200. */
  readonly limit: number;
  /** The position after which to go on: `next` of the page before. */
  readonly after?: string;
  /** Inclusive / exclusive bounds on the time axis of the order asked for. */
  readonly from?: string;
  readonly to?: string;
}

export interface EventPage {
  readonly events: readonly RecordedEvent[];
  /** Pass as `after` for the next page; absent at the end. */
  readonly next?: string;
}

/** One step of a product's life by effective time, and what it changed. */
export interface TimelineEntry {
  readonly effectiveAt: string;
  readonly event: EventReference;
  readonly state: ProductState;
  readonly changed: readonly Change['field'][];
  readonly variance?: string;
}

export interface TimelinePage {
  readonly entries: readonly TimelineEntry[];
  readonly next?: string;
}

export interface FollowOptions {
  /** The version after which to go on; 0: from the first. */
  readonly after: number;
  /** Tell what late events changed; default true. */
  readonly adjustments?: boolean;
  /** Begin with the event of `after` itself, of which a reader may not have heard all. */
  readonly again?: boolean;
  /** Events read in one request, which are what a follower holds in memory; by default 25. */
  readonly atOnce?: number;
}

/** An event as it was recorded, and what it changed in the past. */
export interface Followed {
  readonly event: RecordedEvent;
  /** Compared with the version before it; absent where it changed nothing that was recorded already. */
  readonly adjustment?: Adjustment;
}

/** What the gateway needs of the log: it reads, and appends through the workflow only. */
export interface EventLogReader {
  /** The newest version, 0 for an unknown product. One request. */
  headVersion(productId: string): Promise<number>;
  stateAt(productId: string, moment?: Moment): Promise<StateAnswer>;
  /** In the order of recording: the log as it was written, corrections and all. `from`/`to` bound recordedAt. */
  readRecorded(
    productId: string,
    options: ReadOptions & { readonly types?: readonly string[] },
  ): Promise<EventPage | undefined>;
  /** In effective order: the events that count, after corrections. `from`/`to` bound effectiveAt. */
  readEffective(
    productId: string,
    options: ReadOptions & {
      readonly types?: readonly string[];
      readonly knownAt?: string;
      readonly version?: number;
    },
  ): Promise<EventPage | undefined>;
  timeline(
    productId: string,
    options: ReadOptions & { readonly knownAt?: string; readonly version?: number },
  ): Promise<TimelinePage | undefined>;
  /** The events after a version, in the order of recording, to the end of the log as it is. */
  follow(productId: string, options: FollowOptions): AsyncIterable<Followed>;
  /** Throws when the table does not answer or is not there. */
  ping(): Promise<void>;
}

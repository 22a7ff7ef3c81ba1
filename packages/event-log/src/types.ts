import type {
  Adjustment,
  ConflictPolicy,
  Content,
  EventReference,
  Judged,
  Notice,
} from '@hindsight/bitemporal';
import type { Logged, Sent } from './storage/items';

/**
 * What an append does with an event that takes effect in a closed period: refuse it; record it at the first open instant;
 * or record it where it belongs, for those who may.
 */
export type LatePolicy = 'reject' | 'carry' | 'reopen';

/** Events whose ids were made of the key of their request. */
export interface Keyed {
  readonly ids: readonly string[];
  /** A digest of the whole batch: with the same key, another batch is not a repetition. */
  readonly batch: string;
}

/** One atomic append: 1 to 25 validated events of one stream. */
export interface AppendCommand<Event extends Content> {
  readonly streamId: string;
  readonly events: readonly Sent<Event>[];
  /** Where each event is in its request, if that has events of other streams too; absent: as in `events`. */
  readonly indexes?: readonly number[];
  readonly keyed?: Keyed;
  /** Ids that the server made for this very append: at first, nothing can be stored under them. */
  readonly newIds?: readonly string[];
  /** Who records the events. No part of what a repetition must match. */
  readonly recordedBy: string;
  /** The head version that the append must find; 0: the stream must not exist yet. */
  readonly expectedVersion?: number;
  readonly onConflict: ConflictPolicy;
  readonly dryRun: boolean;
  /** False: an event that is further from its recording than the tolerance is refused. */
  readonly allowLate?: boolean;
  /** What to do with an event in a closed period; absent: refuse it. */
  readonly onLate?: LatePolicy;
}

/** The events of one stream in an act. */
export type ActPart<Event extends Content> = Pick<
  AppendCommand<Event>,
  'streamId' | 'events' | 'indexes' | 'keyed'
>;

/** One atomic append to several streams, each of which has one part. All events are recorded at one moment. */
export interface ActCommand<Event extends Content> extends Pick<
  AppendCommand<Event>,
  'recordedBy' | 'onConflict' | 'dryRun' | 'allowLate' | 'onLate' | 'newIds'
> {
  readonly parts: readonly ActPart<Event>[];
}

export interface AppendResult<State, Event extends Content> {
  readonly streamId: string;
  /** The head version after the append (of the first append, if this one was a repetition). */
  readonly version: number;
  /** Every event of the command, in its order, as the log keeps it, with what it discovered as further fields. */
  readonly events: readonly Logged<Event>[];
  /** The state at the moment of recording; null if no event counts at that moment. */
  readonly state: State | null;
  /** Present if the append changed the past. */
  readonly adjustment?: Adjustment<State>;
  /** What the append carried but did not apply, or what its sender may not have meant; absent if there is nothing. */
  readonly notices?: readonly Notice[];
  /** Nothing was stored: all of it was in the log already, and this is the first result. */
  readonly deduplicated: boolean;
  readonly dryRun: boolean;
}

/** What an act answers: the result of each stream, in the order of its parts. */
export interface ActResult<State, Event extends Content> {
  readonly results: readonly AppendResult<State, Event>[];
  /** All of it was in the log already. */
  readonly deduplicated: boolean;
  readonly dryRun: boolean;
}

/**
 * Why an append was not stored. `error` is a stable name; `detail` is for people. `streamId` names the stream that an
 * act was refused for.
 */
export type Refusal<State> = RefusalOfStream<State> & { readonly streamId?: string };

type RefusalOfStream<State> =
  | {
      readonly error: 'RuleBroken';
      readonly detail: string;
      readonly rule: string;
      readonly adjustment: Adjustment<State>;
      /** What would make the event fit, in the words of the domain. */
      readonly remedies?: unknown;
    }
  | {
      readonly error: 'EventIdReused';
      readonly detail: string;
      readonly eventId: string;
      readonly version?: number;
    }
  | { readonly error: 'LateNotAllowed'; readonly detail: string; readonly eventId: string }
  | {
      readonly error: 'PeriodClosed';
      readonly detail: string;
      readonly eventId: string;
      readonly closingId: string;
      readonly closedThrough: string;
    }
  | { readonly error: 'VersionConflict'; readonly detail: string; readonly currentVersion: number }
  | {
      readonly error: 'TargetNotFound';
      readonly detail: string;
      readonly index: number;
      readonly targetEventId: string;
    };

/** A point on the two time axes. At most one of `knownAt` and `version`. */
export interface Moment {
  /** Effective time, inclusive. Absent: now. */
  readonly asOf?: string;
  /** Recorded time, inclusive. Absent: all that is known. */
  readonly knownAt?: string;
  /** Known through this version. */
  readonly version?: number;
}

/** The correction by which an event counts as it does. */
export interface CorrectedBy {
  readonly eventId: string;
  readonly version: number;
  readonly recordedAt: string;
  readonly recordedBy: string;
  readonly reason?: string;
}

/** Only of an event that was corrected: by what, and the event as it was recorded. */
export interface Corrected<Event extends Content> {
  readonly correctedBy?: CorrectedBy;
  readonly original?: Logged<Event>;
}

/** Names an event in an answer. */
export type ReferencedEvent<Event extends Content> = Omit<EventReference, 'correction'> & Corrected<Event>;

export type StateAnswer<State, Event extends Content> =
  | {
      readonly found: true;
      readonly streamId: string;
      readonly asOf: string;
      readonly knownAt: string | null;
      /** The last version known at that moment. */
      readonly version: number;
      readonly state: State;
      /** The last event that counts at that moment, by effective order. */
      readonly lastEvent: ReferencedEvent<Event>;
    }
  | { readonly found: false; readonly why: 'stream-not-found' }
  /** `headVersion` is the newest one. */
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
  /** Items in one page, 1 to 200. */
  readonly limit: number;
  /** The position after which to continue: `next` of the page before. */
  readonly after?: string;
  /** Inclusive / exclusive bounds on the time axis of the order asked for. */
  readonly from?: string;
  readonly to?: string;
}

export interface EventPage<Event extends Content> {
  /** In effective order, an event that was corrected says so. */
  readonly events: readonly (Logged<Event> & Corrected<Event>)[];
  /** Pass as `after` for the next page; absent at the end. */
  readonly next?: string;
}

/** One step of a stream's history by effective time, and what it changed. What it discovered is added as fields. */
export interface TimelineEntry<State, Event extends Content> {
  readonly effectiveAt: string;
  readonly event: ReferencedEvent<Event>;
  readonly state: State;
  readonly changed: readonly string[];
}

export interface TimelinePage<State, Event extends Content> {
  readonly entries: readonly TimelineEntry<State, Event>[];
  readonly next?: string;
}

export interface LedgerOptions extends Pick<ReadOptions, 'limit' | 'after'> {
  /** Effective time, inclusive. */
  readonly asOf: string;
}

/** An event that counts, and the states around it. */
export interface LedgerEntry<State, Event extends Content> {
  readonly event: Logged<Event> & Corrected<Event>;
  readonly before: State | null;
  readonly after: State;
}

export interface LedgerPage<State, Event extends Content> {
  /** Oldest first; `before` of each is `after` of the one before it. */
  readonly entries: readonly LedgerEntry<State, Event>[];
  /** Pass as `after` for the events before these; absent at the first event. */
  readonly next?: string;
}

export interface FollowOptions {
  /** The version after which to continue; 0: from the first. */
  readonly after: number;
  /** The last version to read; absent: to the end of the log. */
  readonly through?: number;
  /** Report the state that each event led to; default false. */
  readonly states?: boolean;
  /** Report what late events changed; default true. */
  readonly adjustments?: boolean;
  /** The events alone, also of types that this code does not know; no states and no adjustments. Default false. */
  readonly asStored?: boolean;
  /** Begin with the event of `after` itself, of which a reader may not have received all. */
  readonly again?: boolean;
  /** Events read in one request, which are what a follower holds in memory; by default 25. */
  readonly atOnce?: number;
}

/** An event as it was recorded, and what it changed in the past. */
export interface Followed<State, Event extends Content> {
  readonly event: Logged<Event>;
  /** The state at the moment of recording, as known through this event; null: nothing counted then. If asked for. */
  readonly state?: State | null;
  /** Compared with the version before it; absent if it changed nothing that was recorded already. */
  readonly adjustment?: Adjustment<State>;
}

type Known = Pick<Moment, 'knownAt' | 'version'>;
/** Which states a grid has: one for each pair of a moment and a recorded time. */
export interface GridOptions {
  /** Effective times, ascending. */
  readonly asOf: readonly string[];
  /** Recorded times, ascending. */
  readonly knownAt: readonly string[];
}

/** The states of a stream over both time axes. */
export interface Grid<State> {
  /** A row for each recorded time, a state for each effective time; null: nothing counts there. */
  readonly rows: readonly (readonly (State | null)[])[];
  /** What was asked of the store for it. */
  readonly requests: number;
}

type Filtered = ReadOptions & { readonly types?: readonly string[] };

/** The log for those who only read it. */
export interface EventLogReader<State extends Judged, Event extends Content> {
  /** The newest version, 0 for an unknown stream. One request. */
  headVersion(streamId: string): Promise<number>;
  stateAt(streamId: string, moment?: Moment): Promise<StateAnswer<State, Event>>;
  /** In the order of recording: the log as it was written, corrections and all. `from`/`to` bound recordedAt. */
  readRecorded(streamId: string, options: Filtered): Promise<EventPage<Event> | undefined>;
  /** In effective order: the events that count, after corrections. `from`/`to` bound effectiveAt. */
  readEffective(streamId: string, options: Filtered & Known): Promise<EventPage<Event> | undefined>;
  timeline(streamId: string, options: ReadOptions & Known): Promise<TimelinePage<State, Event> | undefined>;
  /** The last events that led to the state at a time, as known. */
  ledger(streamId: string, options: LedgerOptions & Known): Promise<LedgerPage<State, Event> | undefined>;
  /** The states at every pair of an effective and a recorded time; undefined: no such stream. */
  grid(streamId: string, options: GridOptions): Promise<Grid<State> | undefined>;
  /** The newest version that was known at a time; 0: none was. */
  versionAt(streamId: string, knownAt: string): Promise<number>;
  /** The events after a version, in the order of recording, to the end of the log as it is. */
  follow(streamId: string, options: FollowOptions): AsyncIterable<Followed<State, Event>>;
  /** Throws if the storage does not answer or does not exist. */
  ping(): Promise<void>;
}

import type { Effect, Registers, Run } from './effects';
import type { Position, PositionRange } from './position';

/** What every event says, whatever its domain. */
export interface Content {
  readonly eventType: string;
  readonly schemaVersion: number;
  /** When it happened; absent in a replacement that leaves the time of its target as it is. */
  readonly effectiveAt?: string;
}

/** Names one event of a stream without its content. */
export interface EventReference extends Position {
  readonly eventId: string;
  readonly eventType: string;
  readonly recordedAt: string;
  readonly recordedBy: string;
  /** The version of the correction by which it counts as it does; absent: it counts as it was recorded. */
  readonly correction?: number;
}

/** An event as a log keeps it: its content, and what the log added. Times are RFC 3339, UTC, with milliseconds. */
export type Recorded<Event extends Content> = Event & {
  readonly eventId: string;
  /** 1, 2, 3 … within the stream, in the order of recording. */
  readonly version: number;
  readonly effectiveAt: string;
  readonly recordedAt: string;
  /** Who recorded it. History does not depend on it. */
  readonly recordedBy: string;
  /** The effective time that it was sent with, if that was in a closed period and it was carried to the first open instant. */
  readonly carriedFrom?: string;
};

/** An event that counts, at its position, after corrections and upcasting. */
export interface EffectiveEvent<Event extends Content> {
  /** Names the event in the log; its effectiveAt is the position. */
  readonly event: EventReference;
  readonly content: Event;
}

/** A rule that the history breaks from some event on, as the state shows it until a later event heals it. */
export interface BrokenRule {
  readonly rule: string;
  /** By how much the rule is broken at this moment: a canonical decimal above 0. */
  readonly deficit: string;
  /** The event at which the rule broke. */
  readonly eventId: string;
  readonly version: number;
  readonly effectiveAt: string;
}

/** What the fold itself adds to a state. */
export interface Judged {
  /** Present only while a rule is broken. */
  readonly conflicts?: readonly BrokenRule[];
}

/** A rule that every instant of a history should keep. */
export interface Invariant<State> {
  /** The stable name that refusals and states show. */
  readonly name: string;
  /** By how much the state breaks the rule, a canonical decimal above 0; undefined: it keeps the rule. */
  breach(state: State): string | undefined;
  /** Whether breach `a` is worse than breach `b`. */
  worse(a: string, b: string): boolean;
  /** A sentence for people. */
  describe(breach: string, at: string): string;
  /**
   * The lowest amount (effects.ts) that keeps the rule, if that is all there is to the rule: a lower amount is worse.
   * Runs of events are passed over only if every rule has one.
   */
  readonly floor?: bigint;
}

/**
 * A state as effects act on it (effects.ts): for a domain whose events declare what they do. With it, a log answers
 * from summaries of runs of events. The fields of a state are the amount, the attributes by their names, and fields that
 * follow from these two. Only events that set the amount have findings, and these are about the amount.
 */
export interface Registered<State, Event extends Content> {
  /** Undefined for an event that does not declare what it does: it is always folded. */
  effect(content: Event): Effect | undefined;
  registersOf(state: State): Registers;
  /** The state without `conflicts`. */
  stateOf(streamId: string, registers: Registers): State;
  /** The field that shows the amount. */
  readonly amount: keyof State & string;
  /** The attributes from which other fields follow, together with the amount. */
  readonly shapedBy: readonly string[];
  /** Whether the fields that follow are the same at each amount from `low` to `high`. */
  isSteady(attributes: Registers['attributes'], low: bigint, high: bigint): boolean;
}

/** What an event discovers about the state before it, by name; for people to read. */
export type Findings = Readonly<Record<string, string>>;

/** What an append took but did not apply, or what its sender may not have meant. */
export interface Notice {
  /** A stable name. */
  readonly code: string;
  /** A sentence for people. */
  readonly detail: string;
  /** The field of the event that it is about. */
  readonly path?: string;
}

/** What an event is as a correction of another event. */
export interface Correction<Event> {
  readonly targetEventId: string;
  /** What the target counts as instead; undefined: it counts as if it had never happened. */
  readonly replacement?: Event;
  /** Why, for people to read. */
  readonly reason?: string;
}

/** In a range of positions, the first instant from which the amount never ends below a level. */
export interface HiddenMoment {
  readonly range: PositionRange;
  /** The amount before the range. */
  readonly amount: bigint;
  readonly level: bigint;
}

/**
 * Looks in the later history for what would make a refused event fit. The log feeds it the history as it is, from the
 * moment of the event on, until it is done or the history ends.
 */
export interface RemedySearch<State, Event, Remedies> {
  /** The state at the moment of the event, after all that happened by then; null if nothing exists yet. */
  begin(at: string, state: State | null): void;
  /** The next event after that moment, and the state after it. */
  next(at: string, content: Event, state: State): void;
  /** The same for a run of events. @returns false: it has to be opened */
  pass(run: Run, range: PositionRange): boolean;
  /** A run that was passed over and that holds a moment of the result; it has to be opened. */
  readonly hidden: HiddenMoment | undefined;
  /** The moment that was hidden, or a part of its run that hides it. */
  reveal(moment: string | HiddenMoment): void;
  /** No later event can change the result. */
  readonly done: boolean;
  result(): Remedies;
}

/** Between the values of code and the JSON that a log stores. */
export interface Codec<State, Event> {
  /** The event without what its stream implies. */
  storeEvent(event: Event): Readonly<Record<string, unknown>>;
  /** The event as clients see it, its keys in their fixed order. */
  loadEvent(streamId: string, stored: Readonly<Record<string, unknown>>): Event;
  /** The state without what its stream implies. */
  storeState(state: State): Readonly<Record<string, unknown>>;
  loadState(streamId: string, stored: Readonly<Record<string, unknown>>): State;
}

/**
 * All that history, comparison and log need to know of their subject. A shop implements it, and so could
 * a bank account. Everything here is pure.
 */
export interface Domain<State extends Judged, Event extends Content> {
  /** Names the code that folds. It is stored with every state that the code makes. */
  readonly revision: string;
  /** Whether a state that code of that revision made is one that this code would make as well. */
  trusts(revision: string): boolean;
  /** What the event corrects; undefined for an event that counts by itself. */
  correction(event: Event): Correction<Event> | undefined;
  /** New events with what their senders left to the log, given the latest state (null: nothing counts). */
  complete<E extends Event>(events: readonly E[], latest: State | null): readonly E[];
  /** The event as it was sent, without what `complete` added: what a repetition is compared with. */
  asSent<E extends Event>(event: E): E;
  /** The event as today's code reads it, whatever schema version it was written in. */
  upcast(event: Event): Event;
  /** The state after one more event, without `conflicts`; `before` is null for the first in effective order. */
  evolve(streamId: string, before: State | null, event: Event): State;
  /** What the event discovers about the state before it. */
  findings(before: State | null, event: Event): Findings | undefined;
  /** What the sender of a new event should know, given the states before and after its position. */
  notices(before: State | null, after: State, effective: EffectiveEvent<Event>): readonly Notice[];
  readonly invariants: readonly Invariant<State>[];
  /** What would make an event fit that was refused by a rule; undefined if no remedy is known. */
  remedies(event: Event, rule: string): RemedySearch<State, Event, unknown> | undefined;
  /**
   * The fields by which two states are compared. A field's value is JSON whose keys have a fixed order. Two states
   * that agree in all fields and conflicts lead to equal states under the same further events.
   */
  readonly fields: readonly (keyof State & string)[];
  readonly codec: Codec<State, Event>;
  /** Absent: every event is folded. */
  readonly registered?: Registered<State, Event>;
}

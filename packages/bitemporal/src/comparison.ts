/** What a comparison of two histories takes and gives (adjustment.ts). */
import type { Change } from './changes';
import type { Conflict } from './conflicts';
import type { Content, EffectiveEvent, Findings, Notice } from './domain';
import type { StateAt } from './history';

/** What an append does to the history: positions that stop counting, and events that count from now on. */
export interface ChangeSet<Event extends Content> {
  /** Positions (`positionKey`) of events of the old history. */
  readonly removed: ReadonlySet<string>;
  /** In effective order. */
  readonly inserted: readonly EffectiveEvent<Event>[];
}

/** What an append changes in the past, and what it breaks there. */
export interface Adjustment<State> {
  readonly effectiveFrom: string;
  /** Events from the changed position on, until the old and the new history met or ended. */
  readonly eventsAffected: number;
  /** The state at the moment of recording, before and after; null if there is none. */
  readonly before: State | null;
  readonly after: State | null;
  /** At most 100, the earliest. */
  readonly changes: readonly Change[];
  /** null: more than 1,000. */
  readonly changesTotal: number | null;
  /** At most 100, with the first and the deepest of each rule among them. */
  readonly conflicts: readonly Conflict[];
  readonly conflictsTotal: number | null;
}

/** What became of an inserted event: the state right after it, what it discovered, and what its sender should know. */
export interface Outcome<State> {
  readonly stateAt: StateAt<State>;
  readonly findings?: Findings;
  readonly notices: readonly Notice[];
}

/** Of the old and of the new history. */
export interface Both<State> {
  readonly before: StateAt<State> | null;
  readonly after: StateAt<State> | null;
}

/** From the position of a change on, the new history has an amount that differs from the old one by a constant. */
export interface Shifted {
  readonly delta: bigint;
  /** The effective time of the first event that sets the amount: from it on, both are one. undefined: there is none. */
  readonly end?: string;
}

/** The old and the new history side by side, as far as they were folded. */
export interface Comparison<State> extends Omit<Adjustment<State>, 'effectiveFrom' | 'before' | 'after'> {
  /** At the last position that was folded. */
  readonly latest: Both<State>;
  /** At `now`, if the folding came that far; the last event of a state may not be named. */
  readonly now: Both<State>;
  /** By version, for every inserted event. */
  readonly outcomes: ReadonlyMap<number, Outcome<State>>;
  /** If all that the change set does is to shift the amount. */
  readonly shift?: Shifted;
}

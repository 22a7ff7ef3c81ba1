/**
 * What a late event changes: the old and the new history, side by side.
 *
 * An append that is not the newest in effective time changes the states after its position. To say what it changes,
 * both histories are folded together, event by event, from the first position that differs. Only two states are in
 * memory at any time, however long the histories are. Three observations keep it exact and short:
 *
 * - An event of both histories advances both states; an inserted one advances the new, a removed one the old.
 * - As soon as both states are equal and no inserted or removed event is left, no later event can tell the histories
 *   apart. The folding may stop there, and everything after it is unchanged.
 * - Events of one millisecond are one instant. Changes and broken rules are judged at the end of each instant, so that
 *   what only existed between two events of one millisecond is neither a change nor a conflict.
 */
import type {
  BrokenRule,
  Content,
  Domain,
  EffectiveEvent,
  EventReference,
  Findings,
  Invariant,
  Judged,
  Notice,
} from './domain';
import { advance, type StateAt } from './history';
import { comparePositions, positionKey } from './position';

/** Answers list at most this many changes and this many conflicts. */
export const LISTED = 100;

/** What an append does to the history: positions that stop counting, and events that count from now on. */
export interface ChangeSet<Event extends Content> {
  /** Positions (`positionKey`) of events of the old history. */
  readonly removed: ReadonlySet<string>;
  /** In effective order. */
  readonly inserted: readonly EffectiveEvent<Event>[];
}

/** One difference between the old and the new history, over [from, to). */
export interface Change {
  readonly from: string;
  /** null: it lasts. */
  readonly to: string | null;
  /** A field of the state, or the name of a finding. */
  readonly field: string;
  readonly before: unknown;
  readonly after: unknown;
  /** Only if `field` is a finding, which belongs to one event and not to a span of time: `from` and `to` are equal. */
  readonly eventId?: string;
}

/** An instant at which the adjusted history breaks a rule, named by its last event. */
export interface Conflict extends BrokenRule {
  readonly first?: true;
  readonly deepest?: true;
}

/** What an append changes in the past, and what it breaks there. */
export interface Adjustment<State> {
  readonly effectiveFrom: string;
  /** Events from the changed position on, until the old and the new history met or ended. */
  readonly eventsAffected: number;
  /** The state at the moment of recording, before and after; null if there is none. */
  readonly before: State | null;
  readonly after: State | null;
  /** At most 100, the earliest; `changesTotal` counts all. */
  readonly changes: readonly Change[];
  readonly changesTotal: number;
  /** At most 100, with the first and the deepest of each rule among them; `conflictsTotal` counts all. */
  readonly conflicts: readonly Conflict[];
  readonly conflictsTotal: number;
}

/** What became of an inserted event: the state right after it, what it discovered, and what its sender should know. */
export interface Outcome<State> {
  readonly stateAt: StateAt<State>;
  readonly findings?: Findings;
  readonly notices: readonly Notice[];
}

interface Both<State> {
  readonly before: StateAt<State> | null;
  readonly after: StateAt<State> | null;
}

/** The old and the new history side by side, as far as they were folded. */
export interface Comparison<State> extends Omit<Adjustment<State>, 'effectiveFrom' | 'before' | 'after'> {
  /** At the last position that was folded. */
  readonly latest: Both<State>;
  /** At `now`, if the folding came that far. */
  readonly now: Both<State>;
  /** By version, for every inserted event. */
  readonly outcomes: ReadonlyMap<number, Outcome<State>>;
}

const sameValue = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b);

function conflictText(state: Judged): string {
  return (state.conflicts ?? [])
    .map(({ rule, deficit, effectiveAt, version }) => `${rule} ${deficit} ${effectiveAt} ${version}`)
    .join();
}

type Open<T> = { -readonly [K in keyof T]: T[K] };

/** Collects over which spans of time the fields differ. */
class Changes<State> {
  readonly listed: Change[] = [];
  total = 0;
  readonly #open = new Map<string, Open<Change>>();

  constructor(readonly fields: readonly (keyof State & string)[]) {}

  compare(at: string, before: State | null, after: State | null): void {
    for (const field of this.fields) {
      const was = before?.[field] ?? null;
      const is = after?.[field] ?? null;
      const open = this.#open.get(field);
      if (open !== undefined && sameValue(open.before, was) && sameValue(open.after, is)) continue;
      if (open !== undefined) {
        open.to = at;
        this.#open.delete(field);
      }
      if (sameValue(was, is)) continue;
      const change: Open<Change> = { from: at, to: null, field, before: was, after: is };
      this.#open.set(field, change);
      this.#add(change);
    }
  }

  /** What an event of the old history discovers, before and after; `after` is undefined if it counts no more. */
  compareFindings(
    { eventId, effectiveAt }: EventReference,
    before: Findings | undefined,
    after: Findings | undefined,
  ): void {
    for (const [field, was] of Object.entries(before ?? {})) {
      const is = after?.[field] ?? null;
      if (was !== is)
        this.#add({ from: effectiveAt, to: effectiveAt, field, before: was, after: is, eventId });
    }
  }

  #add(change: Change): void {
    this.total += 1;
    if (this.listed.length < LISTED) this.listed.push(change);
  }
}

/** Collects the instants at which the new history breaks a rule more deeply than the old one did. */
class Conflicts<State> {
  readonly #listed: Conflict[] = [];
  /** By rule. */
  readonly #first = new Map<string, Conflict>();
  readonly #deepest = new Map<string, Conflict>();
  total = 0;

  constructor(readonly invariants: readonly Invariant<State>[]) {}

  compare(at: EventReference, before: State | null, after: State | null): void {
    if (after === null) return;
    for (const { name: rule, breach, worse } of this.invariants) {
      const deficit = breach(after);
      if (deficit === undefined) continue;
      const was = before === null ? undefined : breach(before);
      if (was !== undefined && !worse(deficit, was)) continue;
      const { eventId, version, effectiveAt } = at;
      const conflict: Conflict = { rule, deficit, eventId, version, effectiveAt };
      this.total += 1;
      if (this.#listed.length < LISTED) this.#listed.push(conflict);
      if (!this.#first.has(rule)) this.#first.set(rule, conflict);
      const deepest = this.#deepest.get(rule);
      if (deepest === undefined || worse(deficit, deepest.deficit)) this.#deepest.set(rule, conflict);
    }
  }

  /** The earliest; of each rule the first and the deepest are among them and marked. */
  listed(): readonly Conflict[] {
    const [first, deepest] = [[...this.#first.values()], [...this.#deepest.values()]];
    const marked = new Set([...first, ...deepest]);
    const others = this.#listed.filter((conflict) => !marked.has(conflict));
    return [...marked, ...others.slice(0, LISTED - marked.size)].sort(comparePositions).map((conflict) => ({
      ...conflict,
      ...(first.includes(conflict) && { first: true as const }),
      ...(deepest.includes(conflict) && { deepest: true as const }),
    }));
  }
}

export interface AdjusterOptions<State extends Judged, Event extends Content> {
  readonly domain: Domain<State, Event>;
  readonly streamId: string;
  /** The state just before the first position of the change set. */
  readonly base: StateAt<State> | null;
  readonly changeSet: ChangeSet<Event>;
  /** The moment of recording. */
  readonly now: string;
}

/** Folds the old and the new history side by side, event by event, holding one state of each. */
export class Adjuster<State extends Judged, Event extends Content> {
  readonly #options: AdjusterOptions<State, Event>;
  readonly #changes: Changes<State>;
  readonly #conflicts: Conflicts<State>;
  readonly #outcomes = new Map<number, Outcome<State>>();
  #before: StateAt<State> | null;
  #after: StateAt<State> | null;
  #now: Both<State>;
  /** The last event that was folded. */
  #last: EventReference | undefined;
  #inserted = 0;
  #removed = 0;
  #affected = 0;

  constructor(options: AdjusterOptions<State, Event>) {
    const { domain, base } = options;
    this.#options = options;
    this.#changes = new Changes(domain.fields);
    this.#conflicts = new Conflicts(domain.invariants);
    this.#before = this.#after = base;
    this.#now = { before: base, after: base };
  }

  /** The two histories are one again: no later event can tell them apart. */
  get settled(): boolean {
    const { removed, inserted } = this.#options.changeSet;
    return (
      this.#inserted === inserted.length &&
      this.#removed === removed.size &&
      this.#sameState(this.#before?.state ?? null, this.#after?.state ?? null)
    );
  }

  /** The next event of the old history, in effective order, from the change set's first position on. */
  fold(effective: EffectiveEvent<Event>): void {
    const { removed, inserted } = this.#options.changeSet;
    let next = inserted[this.#inserted];
    while (next !== undefined && comparePositions(next.event, effective.event) < 0) {
      this.#step(undefined, next);
      next = inserted[this.#inserted];
    }
    this.#affected += 1;
    if (!removed.has(positionKey(effective.event))) {
      this.#step(effective, effective);
      return;
    }
    this.#removed += 1;
    const replaced = next !== undefined && comparePositions(next.event, effective.event) === 0;
    this.#step(effective, replaced ? next : undefined);
  }

  finish(): Comparison<State> {
    for (const effective of this.#options.changeSet.inserted.slice(this.#inserted))
      this.#step(undefined, effective);
    this.#endInstant();
    return {
      eventsAffected: this.#affected,
      changes: this.#changes.listed,
      changesTotal: this.#changes.total,
      conflicts: this.#conflicts.listed(),
      conflictsTotal: this.#conflicts.total,
      latest: { before: this.#before, after: this.#after },
      now: this.#now,
      outcomes: this.#outcomes,
    };
  }

  #step(was: EffectiveEvent<Event> | undefined, is: EffectiveEvent<Event> | undefined): void {
    const at = (is ?? was)?.event;
    if (at === undefined) return;
    if (at.effectiveAt !== this.#last?.effectiveAt) this.#endInstant();
    this.#last = at;
    if (was !== undefined)
      this.#changes.compareFindings(
        was.event,
        this.#findings(this.#before, was),
        this.#findings(this.#after, is),
      );
    if (was !== undefined) this.#before = this.#advance(this.#before, was);
    if (is !== undefined) this.#after = is === was ? this.#advance(this.#after, is) : this.#insert(is);
    if (at.effectiveAt <= this.#options.now) this.#now = { before: this.#before, after: this.#after };
  }

  #insert(effective: EffectiveEvent<Event>): StateAt<State> {
    this.#inserted += 1;
    const findings = this.#findings(this.#after, effective);
    const before = this.#after?.state ?? null;
    const stateAt = this.#advance(this.#after, effective);
    const notices = this.#options.domain.notices(before, stateAt.state, effective);
    this.#outcomes.set(effective.event.version, { stateAt, ...(findings && { findings }), notices });
    return stateAt;
  }

  #findings(
    before: StateAt<State> | null,
    effective: EffectiveEvent<Event> | undefined,
  ): Findings | undefined {
    if (effective === undefined) return undefined;
    return this.#options.domain.findings(before?.state ?? null, effective.content);
  }

  #advance(before: StateAt<State> | null, effective: EffectiveEvent<Event>): StateAt<State> {
    return advance(this.#options.domain, this.#options.streamId, before, effective);
  }

  #endInstant(): void {
    if (this.#last === undefined) return;
    const [before, after] = [this.#before?.state ?? null, this.#after?.state ?? null];
    this.#changes.compare(this.#last.effectiveAt, before, after);
    this.#conflicts.compare(this.#last, before, after);
  }

  /** Two states from which the same events lead to the same states. */
  #sameState(a: State | null, b: State | null): boolean {
    if (a === null || b === null) return a === b;
    const { fields } = this.#options.domain;
    return fields.every((field) => sameValue(a[field], b[field])) && conflictText(a) === conflictText(b);
  }
}

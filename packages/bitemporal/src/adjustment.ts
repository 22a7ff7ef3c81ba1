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
 *
 * A run of events that both histories have need not be folded if its summary contains all that matters: that the
 * difference between both states is the same before and after it, and how often it shows. `pass` decides that, and
 * refuses a run that has to be opened. So a difference of the amount is carried to the next event that sets the amount,
 * and one of an attribute to the next event that sets it, over any number of events.
 */
import { Changes, LIMITS, type Limits } from './changes';
import type { Both, ChangeSet, Comparison, Outcome } from './comparison';
import { Conflicts, type Conflict } from './conflicts';
import type { Content, Domain, EffectiveEvent, EventReference, Findings, Judged } from './domain';
import {
  differenceOver,
  isSameButForNames,
  isSameState,
  isSteadyOver,
  movesIn,
  type Difference,
} from './difference';
import { highestIn, lowestBefore, type Registers, type Run } from './effects';
import { advance, type StateAt } from './history';
import {
  named,
  openQuestions,
  passOver,
  Questions,
  versionsOf,
  withNames,
  type Answers,
  type Question,
} from './passing';
import { comparePositions, positionKey, type PositionRange } from './position';
import { Shift } from './shift';

export interface AdjusterOptions<State extends Judged, Event extends Content> {
  readonly domain: Domain<State, Event>;
  readonly streamId: string;
  /** The state just before the first position of the change set. */
  readonly base: StateAt<State> | null;
  readonly changeSet: ChangeSet<Event>;
  /** The moment of recording. */
  readonly now: string;
  readonly limits?: Limits;
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
  readonly #questions = new Questions();
  readonly #shift: Shift<State, Event>;
  /** The last event that was folded. */
  #last: EventReference | undefined;
  /** The instant of that event was compared. */
  #isCompared = false;
  #inserted = 0;
  #removed = 0;
  #affected = 0;

  constructor(options: AdjusterOptions<State, Event>) {
    const { domain, base, limits = LIMITS } = options;
    this.#options = options;
    this.#changes = new Changes(domain.fields, limits);
    this.#conflicts = new Conflicts(domain.invariants, limits);
    this.#shift = new Shift(domain, options.changeSet);
    this.#before = this.#after = base;
    this.#now = { before: base, after: base };
  }

  /** The two histories are one again: no later event can tell them apart. */
  get settled(): boolean {
    const [before, after] = [this.#before?.state ?? null, this.#after?.state ?? null];
    return this.#isExhausted && isSameState(this.#options.domain, before, after);
  }

  /** Questions that decide whether the two histories are one again: only the names of their events differ so far. */
  get undecided(): ReadonlyMap<number, Question> {
    // Asked before every event: what is cheap to tell comes first.
    if (!this.#isExhausted) return new Map();
    const [before, after] = [this.#before, this.#after];
    const breaches = [before, after].flatMap((stateAt) => versionsOf(stateAt).slice(1));
    const different = breaches.filter(
      (version) => breaches.indexOf(version) === breaches.lastIndexOf(version),
    );
    const questions = openQuestions(this.#questions, different);
    const isOpen =
      questions.size > 0 &&
      isSameButForNames(this.#options.domain, before?.state ?? null, after?.state ?? null);
    return isOpen ? questions : new Map();
  }

  /** Names events that were passed over. */
  name(answers: Answers): void {
    this.#before = withNames(answers, this.#before);
    this.#after = withNames(answers, this.#after);
  }

  /** Every inserted and removed event was folded. */
  get #isExhausted(): boolean {
    const { removed, inserted } = this.#options.changeSet;
    return this.#inserted === inserted.length && this.#removed === removed.size;
  }

  /** The next event of the old history, in effective order, from the change set's first position on. */
  fold(effective: EffectiveEvent<Event>): void {
    const { removed } = this.#options.changeSet;
    const next = this.#insertBefore(positionKey(effective.event));
    this.#affected += 1;
    if (!removed.has(positionKey(effective.event))) {
      this.#step(effective, effective);
      return;
    }
    this.#removed += 1;
    const replaced = next !== undefined && comparePositions(next.event, effective.event) === 0;
    this.#step(effective, replaced ? next : undefined);
  }

  /**
   * A run of events that both histories have, directly after what was folded so far.
   * @param range holds the events of the run and no other
   * @returns false: it has to be opened, and its parts passed or folded
   */
  pass(run: Run, range: PositionRange): boolean {
    const continues = run.from === this.#last?.effectiveAt;
    // What the first of several instants changes depends on what came before in the same instant.
    if (this.#isTouched(run, range) || (continues && run.instants > 1)) return false;
    if (!continues) this.#endInstant();
    const { domain } = this.#options;
    const both = differenceOver(domain, this.#before?.state ?? null, this.#after?.state ?? null, run);
    if (both === undefined || !this.#tellsChanges(run, both)) return false;
    const conflicts = this.#conflictsIn(run, range, both);
    if (conflicts === undefined) return false;
    this.#passOver(run, range, both);
    for (const { worst, instants } of conflicts) this.#conflicts.passed(worst, instants);
    return true;
  }

  /** Whether an event is inserted before or in the run, or removed from it, or the state now is inside of it. */
  #isTouched(run: Run, { start, end }: PositionRange): boolean {
    const { changeSet, now } = this.#options;
    const next = changeSet.inserted[this.#inserted];
    const isRemoved = [...changeSet.removed].some((position) => start <= position && position < end);
    const isInserted = next !== undefined && positionKey(next.event) < end;
    return isInserted || isRemoved || (run.from <= now && now < run.to);
  }

  /** All events were given. */
  end(): void {
    this.#insertBefore();
    this.#endInstant();
  }

  /** What the runs that were passed over hide, and `finish` has to know. */
  get questions(): ReadonlyMap<number, Question> {
    const outcomes = [...this.#outcomes.values()].map(({ stateAt }) => stateAt);
    const versions = [this.#before, this.#after, ...outcomes].flatMap(versionsOf);
    // Of the states now, answers show no last event.
    const now = [this.#now.before, this.#now.after].flatMap((stateAt) => versionsOf(stateAt).slice(1));
    const conflicts = this.#conflicts.deepest.map(({ version }) => version);
    return openQuestions(this.#questions, [...versions, ...now, ...conflicts]);
  }

  finish(answers: Answers = new Map()): Comparison<State> {
    this.end();
    const both = ({ before, after }: Both<State>): Both<State> => ({
      before: withNames(answers, before),
      after: withNames(answers, after),
    });
    const outcomes = [...this.#outcomes].map(([version, { stateAt, ...outcome }]) => {
      return [version, { ...outcome, stateAt: withNames(answers, stateAt) ?? stateAt }] as const;
    });
    return {
      eventsAffected: this.#affected,
      changes: this.#changes.listed,
      changesTotal: this.#changes.total,
      conflicts: this.#conflicts.list((conflict) => named(answers, conflict)),
      conflictsTotal: this.#conflicts.total,
      latest: both({ before: this.#before, after: this.#after }),
      now: both(this.#now),
      outcomes: new Map(outcomes),
      ...(this.#shift.found !== undefined && { shift: this.#shift.found }),
    };
  }

  /** Steps over the inserted events before a position, all if there is none; returns the next one. */
  #insertBefore(position?: string): EffectiveEvent<Event> | undefined {
    const { inserted } = this.#options.changeSet;
    let next = inserted[this.#inserted];
    while (next !== undefined && (position === undefined || positionKey(next.event) < position)) {
      this.#step(undefined, next);
      next = inserted[this.#inserted];
    }
    return next;
  }

  /** Whether the summary says all that the answer shows of the changes in the run. */
  #tellsChanges(run: Run, both: Difference<State, Event>): boolean {
    const { fields } = this.#options.domain;
    const { amount } = both.registered;
    const moves = movesIn(run, both);
    if (moves > 0 && (!this.#changes.isFull || this.#changes.isListedOpen(amount))) return false;
    const isShown = this.#changes.isCounting || fields.some((field) => this.#changes.isListedOpen(field));
    return !isShown || isSteadyOver(both, run);
  }

  /** The conflicts in all instants of the run but the last; undefined: they have to be looked at one by one. */
  #conflictsIn(run: Run, range: PositionRange, { registered, after, delta }: Difference<State, Event>) {
    const found: { readonly worst: Conflict; readonly instants: number }[] = [];
    if (delta >= 0n) return found;
    const { domain, streamId } = this.#options;
    const lowest = lowestBefore(run, after.amount);
    const end = after.amount + run.plus;
    for (const { name: rule, floor: level = 0n, breach } of domain.invariants) {
      const isBroken = lowest !== null && lowest < level;
      if ((isBroken || end < level) && !this.#conflicts.isFull(rule)) return undefined;
      if (!isBroken) continue;
      const isBrokenAlways = highestIn(run, after.amount) < level;
      if (!isBrokenAlways && this.#conflicts.isCounting) return undefined;
      const deficit = breach(registered.stateOf(streamId, { ...after, amount: lowest })) ?? '0';
      const question = { kind: 'lowest', range, amount: after.amount, level: lowest } as const;
      const version = this.#questions.ask(question);
      const worst = { rule, deficit, eventId: '', version, effectiveAt: run.to };
      found.push({ worst, instants: isBrokenAlways ? run.instants - 1 : 0 });
    }
    return found;
  }

  #passOver(run: Run, range: PositionRange, both: Difference<State, Event>): void {
    const options = { ...this.#options, questions: this.#questions };
    this.#before = passOver(options, this.#before, run, range);
    this.#after = passOver(options, this.#after, run, range);
    this.#affected += run.events;
    const { registered, before, after } = both;
    const moves = movesIn(run, both);
    if (moves > 0) {
      // At the end of the last instant but one; the last one is compared when it has ended.
      const end = ({ amount, attributes }: Registers): State =>
        registered.stateOf(this.#options.streamId, { amount: amount + run.plus - run.last, attributes });
      this.#changes.moved(registered.amount, moves, end(before), end(after));
    }
    const { amount } = after;
    const question = { kind: 'lowest', range, amount, level: amount + run.plus, isEnded: true } as const;
    const version = this.#questions.ask(question);
    this.#last = { eventId: '', eventType: '', version, effectiveAt: run.to, recordedAt: '', recordedBy: '' };
    this.#isCompared = false;
    if (run.to <= this.#options.now) this.#now = { before: this.#before, after: this.#after };
  }

  #step(was: EffectiveEvent<Event> | undefined, is: EffectiveEvent<Event> | undefined): void {
    const effective = is ?? was;
    if (effective === undefined) return;
    const at = effective.event;
    if (at.effectiveAt !== this.#last?.effectiveAt) this.#endInstant();
    this.#last = at;
    this.#isCompared = false;
    if (was !== undefined)
      this.#changes.compareFindings(
        was.event,
        this.#findings(this.#before, was),
        this.#findings(this.#after, is),
      );
    if (was !== undefined) this.#before = this.#advance(this.#before, was);
    if (is !== undefined) this.#after = is === was ? this.#advance(this.#after, is) : this.#insert(is);
    if (this.#isExhausted)
      this.#shift.step(effective, this.#before?.state ?? null, this.#after?.state ?? null);
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
    if (this.#last === undefined || this.#isCompared) return;
    this.#isCompared = true;
    const [before, after] = [this.#before?.state ?? null, this.#after?.state ?? null];
    this.#changes.compare(this.#last.effectiveAt, before, after);
    this.#conflicts.compare(this.#last, before, after);
  }
}

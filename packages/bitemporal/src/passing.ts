/**
 * Passing over a run of events: its summary (effects.ts) stands in for the events.
 *
 * A summary gives the registers after the run, and so the state. It does not name events. Two kinds of names can be
 * missing: the event at which a breach began that the state shows, and the instant of the deepest conflict. Most of
 * them are never needed, since later events heal the breach or break the rule more deeply. So a pass leaves a number
 * below zero instead of the event's version, and a question that the number stands for. At the end only the
 * questions that the answer still shows are asked, and each is answered by one descent: into the part of the run that
 * can hold the event, and into the part of that part.
 */
import { assert } from './assert';
import type { BrokenRule, Content, Domain, EffectiveEvent, EventReference, Judged } from './domain';
import { applyEffect, highestIn, type Run } from './effects';
import { advance, type StateAt } from './history';
import type { PositionRange } from './position';

/** Asks for an event inside a range that was passed over. */
export interface Question {
  /**
   * `lasting`: the first event after the last one that reaches `level`. `lowest`: the last event of the first instant
   * that ends at or below `level`. `last`: the last event.
   */
  readonly kind: 'lasting' | 'lowest' | 'last';
  readonly range: PositionRange;
  /** The amount before the range; null: nothing exists yet. */
  readonly amount: bigint | null;
  readonly level: bigint;
  /** `lowest`: whether the last instant of the range ends with it. */
  readonly isEnded?: boolean;
}

type EventName = Pick<EventReference, 'eventId' | 'version' | 'effectiveAt'>;

/** The questions of one answer, by the number that stands in for a version. */
export class Questions {
  readonly #asked: Question[] = [];
  readonly #numbers = new Map<string, number>();

  /** The same question has the same number: where two states ask the same, they do not differ. */
  ask(question: Question): number {
    const { kind, range, amount, level } = question;
    const key = [kind, range.start, range.end, amount, level].join(' ');
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = -this.#asked.push(question);
    this.#numbers.set(key, number);
    return number;
  }

  /** undefined for the version of an event, which is named. */
  get(version: number): Question | undefined {
    return version < 0 ? this.#asked[-version - 1] : undefined;
  }
}

/** Answers, by the number of the question. */
export type Answers = ReadonlyMap<number, EventReference>;

/** The same with the event's name, if it stood for a question. */
export function named<T extends EventName>(answers: Answers, at: T): T {
  const event = answers.get(at.version);
  if (event === undefined) return at;
  const { eventId, version, effectiveAt } = event;
  return { ...at, eventId, version, effectiveAt };
}

/** The state with the names of its last event and of the events at which its breaches began. */
export function withNames<State extends Judged>(
  answers: Answers,
  stateAt: StateAt<State> | null,
): StateAt<State> | null {
  if (stateAt === null || answers.size === 0) return stateAt;
  const last = answers.get(stateAt.last.version) ?? stateAt.last;
  const { conflicts } = stateAt.state;
  if (conflicts === undefined) return { ...stateAt, last };
  return { last, state: { ...stateAt.state, conflicts: conflicts.map((rule) => named(answers, rule)) } };
}

/** The events that a state shows; below zero: a question. */
export const versionsOf = (stateAt: StateAt<Judged> | null): number[] =>
  stateAt === null
    ? []
    : [stateAt.last.version, ...(stateAt.state.conflicts ?? []).map(({ version }) => version)];

export interface FoldOptions<State extends Judged, Event extends Content> {
  readonly domain: Domain<State, Event>;
  readonly streamId: string;
}

/** Whether runs of events can be passed over in this domain at all. */
export const canSummarize = <State extends Judged, Event extends Content>({
  registered,
  invariants,
}: Domain<State, Event>): boolean =>
  registered !== undefined && invariants.every(({ floor }) => floor !== undefined);

/** The state after a run that follows a state. The domain can summarize. */
export function passOver<State extends Judged, Event extends Content>(
  { domain, streamId, questions }: FoldOptions<State, Event> & { readonly questions: Questions },
  before: StateAt<State> | null,
  run: Run,
  range: PositionRange,
): StateAt<State> | null {
  const { registered, invariants } = domain;
  assert(registered !== undefined, 'the domain can summarize');
  const registers = before && registered.registersOf(before.state);
  const amount = registers && registers.amount;
  const after = applyEffect(run, registers);
  const state = registered.stateOf(streamId, after);
  const conflicts = invariants.flatMap((rule): BrokenRule[] => {
    const deficit = rule.breach(state);
    const level = rule.floor;
    if (deficit === undefined || level === undefined) return [];
    const since = before?.state.conflicts?.find((broken) => broken.rule === rule.name);
    if (since !== undefined && highestIn(run, amount) < level) return [{ ...since, deficit }];
    const version = questions.ask({ kind: 'lasting', range, amount, level });
    return [{ rule: rule.name, deficit, eventId: '', version, effectiveAt: run.to }];
  });
  const version = questions.ask({ kind: 'last', range, amount, level: 0n });
  const last = { eventId: '', eventType: '', version, effectiveAt: run.to, recordedAt: '', recordedBy: '' };
  return { state: conflicts.length === 0 ? state : { ...state, conflicts }, last };
}

/** Folds a history of events and of runs that it passes over. */
export class Fold<State extends Judged, Event extends Content> {
  readonly #options: FoldOptions<State, Event> & { readonly questions: Questions };

  constructor(
    options: FoldOptions<State, Event>,
    public current: StateAt<State> | null = null,
  ) {
    this.#options = { ...options, questions: new Questions() };
  }

  fold(effective: EffectiveEvent<Event>): void {
    const { domain, streamId } = this.#options;
    this.current = advance(domain, streamId, this.current, effective);
  }

  pass(run: Run, range: PositionRange): boolean {
    this.current = passOver(this.#options, this.current, run, range);
    return true;
  }

  get questions(): ReadonlyMap<number, Question> {
    return openQuestions(this.#options.questions, versionsOf(this.current));
  }

  finish(answers: Answers): StateAt<State> | null {
    return withNames(answers, this.current);
  }
}

export function openQuestions(questions: Questions, codes: Iterable<number>): ReadonlyMap<number, Question> {
  const open = new Map<number, Question>();
  for (const code of codes) {
    const question = questions.get(code);
    if (question !== undefined) open.set(code, question);
  }
  return open;
}

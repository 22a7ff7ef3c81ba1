/** Answers to the questions of passing.ts: step by step into the part of a range that holds the event. */
import { assert } from './assert';
import type { Content, EffectiveEvent, EventReference, Registered } from './domain';
import { applyEffect, highestIn, lowestBefore, runOf, type Run } from './effects';
import type { Question } from './passing';
import type { PositionRange } from './position';

/** A part of a range; without a run if no event counts there. */
export interface Part {
  readonly range: PositionRange;
  readonly run?: Run | undefined;
}

const after = (amount: bigint | null, run: Run): bigint =>
  applyEffect(run, amount === null ? null : { amount, attributes: {} }).amount;

/**
 * The part that holds what a question asks for, as a question about it. undefined: the first event of the range is
 * the answer.
 */
export function narrow(question: Question, parts: readonly Part[]): Question | undefined {
  const { kind, level, isEnded = false } = question;
  const some = parts.flatMap(({ run, range }) => (run === undefined ? [] : [{ run, range }]));
  let { amount } = question;
  let found: Question | undefined;
  for (const [index, { run, range }] of some.entries()) {
    const [before, end] = [amount, after(amount, run)];
    amount = end;
    if (kind !== 'lowest') {
      if (kind === 'last' || highestIn(run, before) >= level) found = { ...question, range, amount: before };
      continue;
    }
    const next = some[index + 1];
    const ends = next === undefined ? isEnded : run.to < next.run.from;
    const lowest = lowestBefore(run, before);
    if ((lowest === null || lowest > level) && !(ends && end <= level)) continue;
    return { ...question, range, amount: before, isEnded: ends };
  }
  return found;
}

/**
 * The event that a question asks for, among the events of its range. `next`: it is the first event after the range.
 */
export function findIn<State, Event extends Content>(
  registered: Pick<Registered<State, Event>, 'effect'>,
  { kind, level, isEnded = false, amount }: Question,
  events: readonly EffectiveEvent<Event>[],
): EventReference | 'next' {
  let current = amount;
  let found: EventReference | 'next' | undefined = events[0]?.event ?? 'next';
  for (const [index, { event, content }] of events.entries()) {
    const effect = registered.effect(content);
    assert(effect !== undefined, 'only events that declare an effect are passed over');
    current = after(current, runOf(effect, event.effectiveAt));
    const next = events[index + 1]?.event;
    if (kind === 'lasting') {
      if (current >= level) found = next ?? 'next';
      continue;
    }
    found = event;
    const ends = next === undefined ? isEnded : next.effectiveAt !== event.effectiveAt;
    if (kind === 'lowest' && ends && current <= level) return event;
  }
  return found;
}

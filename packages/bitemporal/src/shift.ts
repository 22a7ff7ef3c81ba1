/**
 * A change set that does nothing but shift the amount: most late events are a receipt or a shipment more.
 *
 * From its position on, the new history then differs from the old one by a constant, up to the event that sets the
 * amount, where both are one again. So a state of the old history becomes one of the new history by an addition. This
 * holds if the difference is one of the amount alone, and if every later event declares what it does: an event that
 * computes from the whole state may turn the difference into any other.
 */
import type { ChangeSet, Shifted } from './comparison';
import type { Content, Domain, EffectiveEvent, Judged } from './domain';
import { differingAttributes } from './difference';
import type { StateAt } from './history';
import { positionKey } from './position';

export class Shift<State extends Judged, Event extends Content> {
  readonly #domain: Domain<State, Event>;
  #found: Shifted | undefined;
  #isPossible: boolean;

  constructor(domain: Domain<State, Event>, { removed, inserted }: ChangeSet<Event>) {
    this.#domain = domain;
    const positions = new Set([...removed, ...inserted.map(({ event }) => positionKey(event))]);
    this.#isPossible = domain.registered !== undefined && positions.size === 1;
  }

  /** undefined if the change set does something else. */
  get found(): Shifted | undefined {
    return this.#isPossible ? this.#found : undefined;
  }

  /** The change set has been applied with this event, or before it. */
  step({ event, content }: EffectiveEvent<Event>, before: State | null, after: State | null): void {
    const { registered } = this.#domain;
    if (!this.#isPossible || registered === undefined) return;
    if (this.#found !== undefined) {
      const effect = registered.effect(content);
      this.#isPossible = effect !== undefined;
      const sets = effect?.amount !== undefined && 'set' in effect.amount;
      if (sets) this.#found = { end: event.effectiveAt, ...this.#found };
      return;
    }
    this.#isPossible = before !== null && after !== null;
    if (before === null || after === null) return;
    const [was, is] = [registered.registersOf(before), registered.registersOf(after)];
    this.#isPossible = differingAttributes(was, is).length === 0;
    this.#found = { delta: is.amount - was.amount };
  }
}

/** A state of the old history as one of the new; undefined if it takes more than an addition to tell. */
export function shifted<State extends Judged, Event extends Content>(
  { registered, invariants }: Domain<State, Event>,
  streamId: string,
  { state, last }: StateAt<State>,
  delta: bigint,
): StateAt<State> | undefined {
  // When a breach began would have to be looked up.
  if (registered === undefined || state.conflicts !== undefined) return undefined;
  const { amount, attributes } = registered.registersOf(state);
  const next = registered.stateOf(streamId, { amount: amount + delta, attributes });
  return invariants.some(({ breach }) => breach(next) !== undefined) ? undefined : { state: next, last };
}

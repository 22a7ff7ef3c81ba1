import {
  advance,
  assert,
  historyOf,
  positionKey,
  type Content,
  type Domain,
  type EffectiveEvent,
  type Judged,
  type Recorded,
  type StateAt,
} from '@hindsight/bitemporal';

/** A state that the log stored, and whether the fold still gives the same. */
export interface KeptState<State, Event extends Content> {
  /** The version that it includes. */
  readonly version: number;
  readonly state: StateAt<State> | null;
  readonly slot: Slot<State, Event>;
  right: boolean;
}

/** A position at which an event counts, or counted once. */
export interface Slot<State, Event extends Content> {
  readonly position: string;
  effective: EffectiveEvent<Event> | null;
  /** The state after this position. */
  state: StateAt<State> | null;
  readonly kept: KeptState<State, Event>[];
}

/** What an event does to the history: one position stops counting, one effective event is inserted. */
export interface Move<Event extends Content> {
  readonly removed: string | null;
  readonly inserted: EffectiveEvent<Event> | null;
}

/** The check and the definition do not agree: nothing can be said about the log. */
export class CheckerError extends Error {
  override readonly name = 'CheckerError';
}

const text = (value: unknown): string => JSON.stringify(value);

/** The same state, led to by the same event. */
export function sameStateAt<State>(a: StateAt<State> | null, b: StateAt<State> | null): boolean {
  if (a === b) return true;
  if (a === null || b === null) return false;
  return (
    a.last.version === b.last.version && text(a.state) === text(b.state) && text(a.last) === text(b.last)
  );
}

/**
 * The history of one stream, event by event in the order of recording: after each, the effective events in their order
 * and the state after every one of them. It folds again from the position that an event touches, until the states
 * are what they were; it knows nothing of intervals, summaries or indexes, nor of the code that appends.
 */
export class Unfolding<State extends Judged, Event extends Content> {
  readonly slots: Slot<State, Event>[] = [];
  /** Stored states that the fold no longer gives. */
  readonly wrong = new Set<KeptState<State, Event>>();

  constructor(
    readonly domain: Domain<State, Event>,
    readonly streamId: string,
  ) {}

  get latest(): StateAt<State> | null {
    return this.slots.at(-1)?.state ?? null;
  }

  #slot(index: number): Slot<State, Event> {
    const slot = this.slots[index];
    assert(slot !== undefined, `there is a slot ${index}`);
    return slot;
  }

  /** How many slots come before a position. */
  indexOf(position: string): number {
    let [low, high] = [0, this.slots.length];
    // Most events come in order.
    if (high > 0 && this.#slot(high - 1).position < position) return high;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#slot(middle).position < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  slotAt(position: string): Slot<State, Event> | undefined {
    const slot = this.slots[this.indexOf(position)];
    return slot?.position === position ? slot : undefined;
  }

  /** The state after all effective events through a position. */
  through(position: string): StateAt<State> | null {
    return this.slotAt(position)?.state ?? this.slots[this.indexOf(position) - 1]?.state ?? null;
  }

  /** @returns the stored states that were right before, and no longer are */
  apply({ removed, inserted }: Move<Event>): KeptState<State, Event>[] {
    const positions: string[] = [];
    if (removed !== null) {
      const slot = this.slotAt(removed);
      assert(slot !== undefined, `something was at ${removed}`);
      slot.effective = null;
      positions.push(removed);
    }
    if (inserted !== null) {
      const position = positionKey(inserted.event);
      this.#slotFor(position).effective = inserted;
      positions.push(position);
    }
    const touched = positions.map((position) => this.indexOf(position));
    return touched.length === 0 ? [] : this.#fold(Math.min(...touched), Math.max(...touched));
  }

  /** Notes that an event stored the state of its position, as it is now. */
  keep(slot: Slot<State, Event>, version: number): void {
    slot.kept.push({ version, state: slot.state, slot, right: true });
  }

  #slotFor(position: string): Slot<State, Event> {
    const index = this.indexOf(position);
    const existing = this.slots[index];
    if (existing?.position === position) return existing;
    const state = this.slots[index - 1]?.state ?? null;
    const slot: Slot<State, Event> = { position, effective: null, state, kept: [] };
    this.slots.splice(index, 0, slot);
    return slot;
  }

  #fold(first: number, last: number): KeptState<State, Event>[] {
    const broken: KeptState<State, Event>[] = [];
    let before = this.slots[first - 1]?.state ?? null;
    for (let index = first; index < this.slots.length; index += 1) {
      const slot = this.#slot(index);
      const after = slot.effective ? advance(this.domain, this.streamId, before, slot.effective) : before;
      const same = sameStateAt(after, slot.state);
      if (!same) broken.push(...this.#settle(slot, after));
      if (same && index >= last) return broken;
      before = slot.state;
    }
    return broken;
  }

  #settle(slot: Slot<State, Event>, state: StateAt<State> | null): KeptState<State, Event>[] {
    slot.state = state;
    const broken: KeptState<State, Event>[] = [];
    for (const kept of slot.kept) {
      const right = sameStateAt(kept.state, state);
      if (right) this.wrong.delete(kept);
      else if (kept.right) {
        this.wrong.add(kept);
        broken.push(kept);
      }
      kept.right = right;
    }
    return broken;
  }

  /**
   * Compares all of it with the definition, `historyOf`.
   * @throws CheckerError if they differ: then the checker is wrong, not the log
   */
  assertDefinition(log: readonly Recorded<Event>[]): void {
    const counting = this.slots.filter(({ effective }) => effective !== null);
    const history = historyOf(this.domain, log);
    if (history.length !== counting.length)
      throw new CheckerError(
        `the checker has ${counting.length} effective events, and the definition ${history.length}`,
      );
    let state: StateAt<State> | null = null;
    for (const [index, effective] of history.entries()) {
      state = advance(this.domain, this.streamId, state, effective);
      if (!sameStateAt(state, counting[index]?.state ?? null))
        throw new CheckerError(`the checker differs from the definition at ${positionKey(effective.event)}`);
    }
  }
}

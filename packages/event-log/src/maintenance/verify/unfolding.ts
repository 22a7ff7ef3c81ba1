import {
  advance,
  historyOf,
  placeKey,
  type Fact,
  type RecordedEvent,
  type Registry,
  type Snapshot,
} from '@hindsight/domain';

/** A state that the log stored, and whether the fold still says the same. */
export interface StoredState {
  /** The version that it includes. */
  readonly version: number;
  readonly snapshot: Snapshot | null;
  readonly slot: Slot;
  right: boolean;
}

/** A place at which a fact stands, or stood once. */
export interface Slot {
  readonly place: string;
  fact: Fact | null;
  /** The product after this place. */
  snapshot: Snapshot | null;
  readonly stored: StoredState[];
}

/** What an event does to the history: a fact goes, a fact comes. */
export interface Move {
  readonly removed: string | null;
  readonly inserted: Fact | null;
}

/** The check and the definition do not agree: nothing can be said about the log. */
export class CheckerError extends Error {
  override readonly name = 'CheckerError';
}

const text = (value: unknown): string => JSON.stringify(value);

/** The same state, brought about by the same fact. */
export function sameSnapshot(a: Snapshot | null, b: Snapshot | null): boolean {
  if (a === b) return true;
  if (a === null || b === null) return false;
  return (
    a.state.quantity === b.state.quantity &&
    a.last.version === b.last.version &&
    text(a.state) === text(b.state) &&
    text(a.last) === text(b.last)
  );
}

/**
 * The history of one product, event by event in the order of recording: after each, the facts in effective order
 * and the state after every one of them. It folds again from the place that an event touches on, until the states
 * are what they were; it knows nothing of spans, checkpoints or indexes, nor of the code that appends.
 */
export class Unfolding {
  readonly slots: Slot[] = [];
  /** Stored states that the fold does not say any more. */
  readonly wrong = new Set<StoredState>();

  constructor(
    readonly registry: Registry,
    readonly productId: string,
  ) {}

  get tip(): Snapshot | null {
    return this.slots.at(-1)?.snapshot ?? null;
  }

  /** How many slots stand before a place. */
  indexOf(place: string): number {
    let [low, high] = [0, this.slots.length];
    // Most events come in order.
    if (high > 0 && (this.slots[high - 1] as Slot).place < place) return high;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.slots[middle] as Slot).place < place) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  slotAt(place: string): Slot | undefined {
    const slot = this.slots[this.indexOf(place)];
    return slot?.place === place ? slot : undefined;
  }

  /** The product after all facts through a place. */
  through(place: string): Snapshot | null {
    return this.slotAt(place)?.snapshot ?? this.slots[this.indexOf(place) - 1]?.snapshot ?? null;
  }

  /** @returns the stored states that were right before, and are not any more */
  apply({ removed, inserted }: Move): StoredState[] {
    const places: string[] = [];
    if (removed !== null) {
      (this.slotAt(removed) as Slot).fact = null;
      places.push(removed);
    }
    if (inserted !== null) {
      const place = placeKey(inserted.event);
      this.#slotFor(place).fact = inserted;
      places.push(place);
    }
    const touched = places.map((place) => this.indexOf(place));
    return touched.length === 0 ? [] : this.#fold(Math.min(...touched), Math.max(...touched));
  }

  /** Notes that an event stored the state of its place, as it is now. */
  keep(slot: Slot, version: number): void {
    slot.stored.push({ version, snapshot: slot.snapshot, slot, right: true });
  }

  #slotFor(place: string): Slot {
    const index = this.indexOf(place);
    const there = this.slots[index];
    if (there?.place === place) return there;
    const slot: Slot = { place, fact: null, snapshot: this.slots[index - 1]?.snapshot ?? null, stored: [] };
    this.slots.splice(index, 0, slot);
    return slot;
  }

  #fold(first: number, last: number): StoredState[] {
    const broken: StoredState[] = [];
    let before = this.slots[first - 1]?.snapshot ?? null;
    for (let index = first; index < this.slots.length; index += 1) {
      const slot = this.slots[index] as Slot;
      const after = slot.fact ? advance(this.registry, this.productId, before, slot.fact) : before;
      const same = sameSnapshot(after, slot.snapshot);
      if (!same) broken.push(...this.#settle(slot, after));
      if (same && index >= last) return broken;
      before = slot.snapshot;
    }
    return broken;
  }

  #settle(slot: Slot, snapshot: Snapshot | null): StoredState[] {
    slot.snapshot = snapshot;
    const broken: StoredState[] = [];
    for (const stored of slot.stored) {
      const right = sameSnapshot(stored.snapshot, snapshot);
      if (right) this.wrong.delete(stored);
      else if (stored.right) {
        this.wrong.add(stored);
        broken.push(stored);
      }
      stored.right = right;
    }
    return broken;
  }

  /**
   * Compares all of it with the definition, `historyOf`.
   * @throws CheckerError where they differ: then the checker is wrong, not the log
   */
  assertDefinition(log: readonly RecordedEvent[]): void {
    const standing = this.slots.filter(({ fact }) => fact !== null);
    const facts = historyOf(this.registry, log);
    if (facts.length !== standing.length)
      throw new CheckerError(
        `the checker counts ${standing.length} facts where the definition has ${facts.length}`,
      );
    let snapshot: Snapshot | null = null;
    for (const [index, fact] of facts.entries()) {
      snapshot = advance(this.registry, this.productId, snapshot, fact);
      if (!sameSnapshot(snapshot, standing[index]?.snapshot ?? null))
        throw new CheckerError(`the checker differs from the definition at ${placeKey(fact.event)}`);
    }
  }
}

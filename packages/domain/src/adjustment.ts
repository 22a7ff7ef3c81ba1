import { isGreater } from './decimal';
import {
  advance,
  comparePlaces,
  deficitOf,
  INSUFFICIENT_STOCK,
  placeKey,
  type Fact,
  type Snapshot,
} from './fold';
import type { Registry } from './registry';
import { fieldNames, type ProductState } from './state';
import type { Adjustment, Change, Conflict, EventReference } from './types';

/** Answers list at most this many changes and this many conflicts. */
export const LISTED = 100;

const FIELDS = fieldNames;

/** What an append does to the history: facts that stop counting, and facts that count from now on. */
export interface Overlay {
  /** Places (`placeKey`) of facts of the old history. */
  readonly removed: ReadonlySet<string>;
  /** In effective order. */
  readonly inserted: readonly Fact[];
}

/** What became of a fact when it was put in: the state right after it, and what it found out. */
export interface Landing {
  readonly snapshot: Snapshot;
  readonly findings?: Readonly<Record<string, string>>;
}

/** What the old and the new history are, side by side, as far as they were folded. */
export interface Comparison extends Omit<Adjustment, 'effectiveFrom' | 'before' | 'after'> {
  /** At the last place that was folded. */
  readonly tip: { readonly before: Snapshot | null; readonly after: Snapshot | null };
  /** At `now`, where the folding came that far. */
  readonly now: { readonly before: Snapshot | null; readonly after: Snapshot | null };
  /** By version, for every inserted fact. */
  readonly landings: ReadonlyMap<number, Landing>;
}

type Value = ProductState[(typeof FIELDS)[number]];

const textOf = (value: Value): string | null =>
  typeof value === 'object' && value !== null ? `${value.amount} ${value.currency}` : value;

const same = (a: Value, b: Value): boolean => textOf(a) === textOf(b);

const conflictText = (state: ProductState): string =>
  (state.conflicts ?? [])
    .map(({ rule, deficit, effectiveAt, version }) => `${rule} ${deficit} ${effectiveAt} ${version}`)
    .join();

const stateOf = (snapshot: Snapshot | null): ProductState | null => snapshot?.state ?? null;

/** Two states from which the same facts lead to the same states. */
function sameState(a: ProductState | null, b: ProductState | null): boolean {
  if (a === null || b === null) return a === b;
  return FIELDS.every((field) => same(a[field], b[field])) && conflictText(a) === conflictText(b);
}

type Open<T> = { -readonly [K in keyof T]: T[K] };

/** Collects over which spans the fields differ. States within one millisecond are one instant. */
class Changes {
  readonly listed: Change[] = [];
  total = 0;
  readonly #open = new Map<Change['field'], Open<Change>>();

  compare(at: string, before: ProductState | null, after: ProductState | null): void {
    for (const field of FIELDS) {
      const was = before?.[field] ?? null;
      const is = after?.[field] ?? null;
      const open = this.#open.get(field);
      if (open !== undefined && same(open.before as Value, was) && same(open.after as Value, is)) continue;
      if (open !== undefined) {
        open.to = at;
        this.#open.delete(field);
      }
      if (same(was, is)) continue;
      const change: Open<Change> = { from: at, to: null, field, before: was, after: is };
      this.#open.set(field, change);
      this.total += 1;
      if (this.listed.length < LISTED) this.listed.push(change);
    }
  }
}

/** Collects the instants at which the new history lacks more than the old one did. */
class Conflicts {
  readonly #listed: Conflict[] = [];
  #deepest: Conflict | undefined;
  total = 0;

  compare(at: EventReference, before: ProductState | null, after: ProductState | null): void {
    const deficit = deficitOf(after);
    if (!isGreater(deficit, deficitOf(before))) return;
    const { eventId, version, effectiveAt } = at;
    const conflict: Conflict = { rule: INSUFFICIENT_STOCK, deficit, eventId, version, effectiveAt };
    this.total += 1;
    if (this.#listed.length < LISTED) this.#listed.push(conflict);
    if (this.#deepest === undefined || isGreater(deficit, this.#deepest.deficit)) this.#deepest = conflict;
  }

  /** The earliest, the first and the deepest among them and marked. */
  listed(): readonly Conflict[] {
    const deepest = this.#deepest;
    if (deepest === undefined) return [];
    const kept = this.#listed.includes(deepest)
      ? this.#listed
      : [...this.#listed.slice(0, LISTED - 1), deepest];
    return kept.map((conflict, index) => ({
      ...conflict,
      ...(index === 0 && { first: true as const }),
      ...(conflict === deepest && { deepest: true as const }),
    }));
  }
}

/**
 * Folds the old and the new history side by side, fact by fact, holding one state of each.
 * `base` is the product just before the overlay's first place.
 */
export class Adjuster {
  readonly #changes = new Changes();
  readonly #conflicts = new Conflicts();
  readonly #landings = new Map<number, Landing>();
  readonly #options: { registry: Registry; productId: string; overlay: Overlay; now: string };
  #before: Snapshot | null;
  #after: Snapshot | null;
  #now: { before: Snapshot | null; after: Snapshot | null };
  #instant: string | undefined;
  #inserted = 0;
  #removed = 0;
  #replayed = 0;

  constructor(options: {
    registry: Registry;
    productId: string;
    base: Snapshot | null;
    overlay: Overlay;
    now: string;
  }) {
    this.#options = options;
    this.#before = this.#after = options.base;
    this.#now = { before: options.base, after: options.base };
  }

  /** The two histories are one again: no later fact can tell them apart. */
  get settled(): boolean {
    const { removed, inserted } = this.#options.overlay;
    return (
      this.#inserted === inserted.length &&
      this.#removed === removed.size &&
      sameState(stateOf(this.#before), stateOf(this.#after))
    );
  }

  /** The next fact of the old history, in effective order, from the overlay's first place on. */
  fold(fact: Fact): void {
    const { removed, inserted } = this.#options.overlay;
    let next = inserted[this.#inserted];
    while (next !== undefined && comparePlaces(next.event, fact.event) < 0) {
      this.#step(undefined, next);
      next = inserted[this.#inserted];
    }
    this.#replayed += 1;
    if (!removed.has(placeKey(fact.event))) {
      this.#step(fact, fact);
      return;
    }
    this.#removed += 1;
    this.#step(fact, next !== undefined && comparePlaces(next.event, fact.event) === 0 ? next : undefined);
  }

  finish(): Comparison {
    for (const fact of this.#options.overlay.inserted.slice(this.#inserted)) this.#step(undefined, fact);
    this.#endInstant();
    return {
      eventsReplayed: this.#replayed,
      changes: this.#changes.listed,
      changesTotal: this.#changes.total,
      conflicts: this.#conflicts.listed(),
      conflictsTotal: this.#conflicts.total,
      tip: { before: this.#before, after: this.#after },
      now: this.#now,
      landings: this.#landings,
    };
  }

  #step(was: Fact | undefined, is: Fact | undefined): void {
    const at = (is ?? was)?.event;
    if (at === undefined) return;
    if (at.effectiveAt !== this.#instant) this.#endInstant();
    this.#instant = at.effectiveAt;
    if (was !== undefined) this.#before = this.#evolve(this.#before, was);
    if (is !== undefined) this.#after = is === was ? this.#evolve(this.#after, is) : this.#land(is);
    this.#conflicts.compare(at, stateOf(this.#before), stateOf(this.#after));
    if (at.effectiveAt <= this.#options.now) this.#now = { before: this.#before, after: this.#after };
  }

  #land(fact: Fact): Snapshot {
    this.#inserted += 1;
    const type = this.#options.registry.change(fact.content.eventType);
    const findings = type.findings?.(stateOf(this.#after), fact.content);
    const snapshot = this.#evolve(this.#after, fact);
    this.#landings.set(fact.event.version, { snapshot, ...(findings && { findings }) });
    return snapshot;
  }

  #evolve(before: Snapshot | null, fact: Fact): Snapshot {
    const { registry, productId } = this.#options;
    return advance(registry, productId, before, fact);
  }

  #endInstant(): void {
    if (this.#instant === undefined) return;
    this.#changes.compare(this.#instant, stateOf(this.#before), stateOf(this.#after));
  }
}

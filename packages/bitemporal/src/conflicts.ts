import type { Limits } from './changes';
import type { BrokenRule, EventReference, Invariant } from './domain';
import { comparePositions } from './position';

/** An instant at which the adjusted history breaks a rule, named by its last event. */
export interface Conflict extends BrokenRule {
  readonly first?: true;
  readonly deepest?: true;
}

/** Collects the instants at which the new history breaks a rule more deeply than the old one did. */
export class Conflicts<State> {
  readonly #listed: Conflict[] = [];
  /** By rule. */
  readonly #first = new Map<string, Conflict>();
  readonly #deepest = new Map<string, Conflict>();
  #total = 0;

  constructor(
    readonly invariants: readonly Invariant<State>[],
    readonly limits: Limits,
  ) {}

  /** null: more than are counted. */
  get total(): number | null {
    return this.isCounting ? this.#total : null;
  }

  get isCounting(): boolean {
    return this.#total <= this.limits.counted;
  }

  /** Whether a further conflict with the rule is neither listed nor the first. */
  isFull(rule: string): boolean {
    return this.#listed.length >= this.limits.listed && this.#first.has(rule);
  }

  compare(at: EventReference, before: State | null, after: State | null): void {
    if (after === null) return;
    for (const { name: rule, breach, worse } of this.invariants) {
      const deficit = breach(after);
      if (deficit === undefined) continue;
      const was = before === null ? undefined : breach(before);
      if (was !== undefined && !worse(deficit, was)) continue;
      const { eventId, version, effectiveAt } = at;
      const conflict: Conflict = { rule, deficit, eventId, version, effectiveAt };
      if (this.#listed.length < this.limits.listed) this.#listed.push(conflict);
      if (!this.#first.has(rule)) this.#first.set(rule, conflict);
      this.passed(conflict, 1);
    }
  }

  /** So many instants, in a run that was passed over, break a rule; the worst of them is given. */
  passed(worst: Conflict, instants: number): void {
    const { rule, deficit } = worst;
    this.#total += instants;
    const deepest = this.#deepest.get(rule);
    const { worse } = this.invariants.find(({ name }) => name === rule) ?? { worse: () => false };
    if (deepest === undefined || worse(deficit, deepest.deficit)) this.#deepest.set(rule, worst);
  }

  /** The deepest of each rule. */
  get deepest(): readonly Conflict[] {
    return [...this.#deepest.values()];
  }

  /**
   * The earliest; of each rule the first and the deepest are among them and marked.
   * @param named replaces the events that were passed over
   */
  list(named: (conflict: Conflict) => Conflict): readonly Conflict[] {
    const first = [...this.#first.values()];
    const deepest = this.deepest;
    const marked = new Set([...first, ...deepest]);
    const others = this.#listed.filter((conflict) => !marked.has(conflict));
    return [...marked, ...others.slice(0, Math.max(0, this.limits.listed - marked.size))]
      .map((conflict) => ({
        ...named(conflict),
        ...(first.includes(conflict) && { first: true as const }),
        ...(deepest.includes(conflict) && { deepest: true as const }),
      }))
      .sort(comparePositions);
  }
}

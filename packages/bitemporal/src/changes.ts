import type { EventReference, Findings } from './domain';

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

/** How much an adjustment says. */
export interface Limits {
  /** Changes that are listed, and conflicts. */
  readonly listed: number;
  /** Totals above this are not counted to the end. */
  readonly counted: number;
}

export const LIMITS: Limits = { listed: 100, counted: 1000 };

export const sameValue = (a: unknown, b: unknown): boolean =>
  a === b || JSON.stringify(a) === JSON.stringify(b);

type Open<T> = { -readonly [K in keyof T]: T[K] };

/** Collects over which spans of time the fields differ. */
export class Changes<State> {
  readonly listed: Change[] = [];
  readonly #open = new Map<string, Open<Change>>();
  #total = 0;

  constructor(
    readonly fields: readonly (keyof State & string)[],
    readonly limits: Limits,
  ) {}

  /** null: more than are counted. */
  get total(): number | null {
    return this.isCounting ? this.#total : null;
  }

  get isCounting(): boolean {
    return this.#total <= this.limits.counted;
  }

  get isFull(): boolean {
    return this.listed.length >= this.limits.listed;
  }

  /** Whether the list shows a change of the field that has no end yet. */
  isListedOpen(field: string): boolean {
    const open = this.#open.get(field);
    return open !== undefined && this.listed.includes(open);
  }

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

  /** A field changed so many times, in a run that was passed over, and has these values since. The list is full. */
  moved(field: keyof State & string, times: number, before: State, after: State): void {
    this.#open.set(field, { from: '', to: null, field, before: before[field], after: after[field] });
    this.#total += times;
  }

  #add(change: Change): void {
    this.#total += 1;
    if (!this.isFull) this.listed.push(change);
  }
}

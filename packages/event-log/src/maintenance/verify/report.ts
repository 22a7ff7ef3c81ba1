/** What must hold for every stored log; a difference names one of these. */
export type Invariant =
  | 'readable-item'
  | 'known-item'
  | 'version-gapless'
  | 'recorded-order'
  | 'append-extent'
  | 'event-known-type'
  | 'event-content'
  | 'effective-time'
  | 'event-id-unique'
  | 'content-hash'
  | 'correction-target'
  | 'correction-tombstone'
  | 'effective-key'
  | 'recorded-key'
  | 'latest-effective-time'
  | 'state-shape'
  | 'conflict-visible'
  | 'state-at-event'
  | 'state-after-all'
  | 'state-kept'
  | 'invalidated-intervals'
  | 'invalidated-coverage'
  | 'summary-version'
  | 'summary-truth'
  | 'summary-length';

/** A log is not what it must be. */
export interface Difference {
  readonly streamId: string;
  readonly invariant: Invariant;
  /** The sort key of the item. */
  readonly item: string;
  /** The event's version; for a summary the version that it includes; null: the item has none. */
  readonly version: number | null;
  readonly expected: string;
  readonly found: string;
}

/** What was read and compared. */
export interface Counts {
  readonly events: number;
  readonly tombstones: number;
  readonly summaries: number;
  /** Items of summaries that a reader opens: missing, damaged, or made by other code. */
  readonly summariesUnusable: number;
  /** Stored states and summaries that were compared with the fold. */
  readonly states: number;
  /** Stored states made by other code: no reader takes them, so they are not judged. */
  readonly statesOfOtherCode: number;
}

export interface StreamReport extends Counts {
  readonly streamId: string;
  /** The version that the check is as of. */
  readonly version: number;
  /** The first one; what comes after it was not looked at. */
  readonly difference?: Difference;
}

export interface StoreReport extends Counts {
  readonly streams: number;
  /** The first of each stream, of the first streams that have one. */
  readonly differences: readonly Difference[];
  readonly streamsWithDifferences: number;
}

type Open<T> = { -readonly [K in keyof T]: T[K] };

const NONE: Counts = {
  events: 0,
  tombstones: 0,
  summaries: 0,
  summariesUnusable: 0,
  states: 0,
  statesOfOtherCode: 0,
};

export const noCounts = (): Open<Counts> => ({ ...NONE });

export const addCounts = (a: Counts, b: Counts): Counts => ({
  events: a.events + b.events,
  tombstones: a.tombstones + b.tombstones,
  summaries: a.summaries + b.summaries,
  summariesUnusable: a.summariesUnusable + b.summariesUnusable,
  states: a.states + b.states,
  statesOfOtherCode: a.statesOfOtherCode + b.statesOfOtherCode,
});

const LONGEST = 600;

/** A value as a report shows it: its JSON, cut if it is long. */
export function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

/** Ends the check of a stream at its first difference. */
export class DifferenceFound extends Error {
  override readonly name = 'DifferenceFound';
  constructor(readonly difference: Omit<Difference, 'streamId'>) {
    super(`${difference.invariant} at ${difference.item}`);
  }
}

/** Where a difference would be. */
export interface Site {
  readonly item: string;
  readonly version: number | null;
}

/** @throws DifferenceFound */
export function differ(
  { item, version }: Site,
  invariant: Invariant,
  expected: unknown,
  found: unknown,
): never {
  throw new DifferenceFound({ invariant, item, version, expected: show(expected), found: show(found) });
}

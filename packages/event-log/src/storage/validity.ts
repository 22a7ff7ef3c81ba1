/**
 * Validity: which stored states may be used.
 *
 * The problem. A late event changes the states at all positions after its own, and those states are stored with events
 * that are never rewritten. A reader that finds a stored state has to know whether some later recorded event touched
 * its past. Looking for such events would cost as much as not having the state.
 *
 * The idea. Every event item carries, for the log as known through its own version, a short list of intervals of
 * effective time. Inside an interval, only a state that includes the log through `version` or more is right; outside,
 * every state that was stored with an event is. An append in order copies the list of its predecessor. A late append
 * adds one interval, from its position to the effective time at which the old and the new history are one again.
 *
 * Why it is right. By induction over versions: let the list of version n be right. Version n+1 changes no state before
 * its first position, and none from where both histories are one again (the comparison of both histories found
 * that). Between the two, no state that does not include n+1 is right, and the new interval says so. Where intervals
 * overlap, the newer one replaces the older, since its version is higher. The list is written in the transaction of
 * the event itself, so there is no moment at which a reader sees the event without it. The list is part of the log, not
 * of a cache: deleting or damaging any cache can't make it lie.
 *
 * The bound. The list has at most `MOST` intervals. If it grows longer, the two neighbors that are closest become one,
 * with the higher version. This asks more of some states than necessary: it can cost time, and never an answer.
 * Repairs never change the list.
 *
 * An interval that reaches the last position so far has to grow until the next event: between both, a question finds
 * the state at the last position. `extendTo` does that.
 *
 * Source: the lists are validity intervals of materialized states, as temporal databases keep them (R. Snodgrass,
 * Developing Time-Oriented Database Applications in SQL, 1999), with versions instead of flags.
 */
import { assert, decimalOf, millionths } from '@hindsight/bitemporal';

export interface InvalidatedInterval {
  /** Milliseconds since 1970, inclusive both. */
  readonly from: number;
  readonly to: number;
  /** States in the interval must include the log through this version, or be patched. */
  readonly version: number;
  readonly patch?: Patch;
}

/**
 * What the event of the interval's version did to the states there, if it is one addition: a stored state that includes
 * the log through `base` is right after it. So a question right after a late event is answered from the states of
 * before.
 */
export interface Patch {
  /** The version that the states there had to include before. */
  readonly base: number;
  /** Of the amount, in millionths. */
  readonly delta: bigint;
  /** The histories were one again from here on; undefined: they were not. */
  readonly end?: number;
}

/** Disjoint, in the order of time. */
export type Invalidated = readonly InvalidatedInterval[];

const MOST = 6;
const RADIX = 36;

export function encodeInvalidated(invalidated: Invalidated): string {
  return invalidated
    .map(({ from, to, version, patch }) => {
      const numbers = [from, to, version, ...(patch ? [patch.base] : [])].map((n) => n.toString(RADIX));
      if (patch === undefined) return numbers.join();
      const { delta, end } = patch;
      return [...numbers, decimalOf(delta), ...(end === undefined ? [] : [end.toString(RADIX)])].join();
    })
    .join(';');
}

export function decodeInvalidated(text: string | undefined): Invalidated {
  if (text === undefined || text === '') return [];
  return text.split(';').map((interval) => {
    const [from = '', to = '', version = '', base = '', delta = '', end] = interval.split(',');
    const number = (digits: string): number => parseInt(digits, RADIX);
    return {
      ...{ from: number(from), to: number(to), version: number(version) },
      ...(base !== '' && {
        patch: {
          ...{ base: number(base), delta: millionths(delta) },
          ...(end !== undefined && { end: number(end) }),
        },
      }),
    };
  });
}

export const intervalAt = (invalidated: Invalidated, time: number): InvalidatedInterval | undefined =>
  invalidated.find(({ from, to }) => from <= time && time <= to);

/** How much of the log a state at that time must include; 0 if any stored state will do. */
export const neededAt = (invalidated: Invalidated, time: number): number =>
  intervalAt(invalidated, time)?.version ?? 0;

/** What every state at that time from which `version` has to be reached is to be shifted by; undefined: none is. */
export function shiftAt(invalidated: Invalidated, time: number, version: number): bigint | undefined {
  const interval = intervalAt(invalidated, time);
  const patch = interval?.patch;
  // Within the first millisecond, a state may be of before the event, or of the event itself.
  if (interval === undefined || patch === undefined || time <= interval.from) return undefined;
  return version >= patch.base && (patch.end === undefined || time < patch.end) ? patch.delta : undefined;
}

/** The greatest version that is needed anywhere between two moments. */
export const neededBetween = (invalidated: Invalidated, from: number, to: number): number =>
  Math.max(0, ...invalidated.filter((one) => one.from <= to && from <= one.to).map(({ version }) => version));

/** Whether `now` asks at every moment for at least as much as `before` did. */
export function covers(now: Invalidated, before: Invalidated): boolean {
  return before.every((old) => {
    let from = old.from;
    for (const interval of now) {
      if (interval.to < from || interval.from > old.to) continue;
      if (interval.from > from || interval.version < old.version) return false;
      from = interval.to + 1;
    }
    return from > old.to;
  });
}

function mergeClosest(invalidated: InvalidatedInterval[]): InvalidatedInterval[] {
  let best = 0;
  let least = Infinity;
  for (let i = 0; i + 1 < invalidated.length; i += 1) {
    const [left, right] = [invalidated[i], invalidated[i + 1]];
    assert(left !== undefined && right !== undefined, 'neighbors are inside the list');
    const length = right.to - left.from;
    if (length < least) [best, least] = [i, length];
  }
  const [a, b] = [invalidated[best], invalidated[best + 1]];
  assert(a !== undefined && b !== undefined, 'there are two neighbors to merge');
  return invalidated.toSpliced(best, 2, { from: a.from, to: b.to, version: Math.max(a.version, b.version) });
}

/** Adds an interval; its version is not below any that exists. One that ends before it begins is none. */
export function addInterval(invalidated: Invalidated, interval: InvalidatedInterval): Invalidated {
  if (!(interval.from <= interval.to)) return invalidated;
  const outside = invalidated.flatMap((old) => {
    const left = { ...old, to: Math.min(old.to, interval.from - 1) };
    const right = { ...old, from: Math.max(old.from, interval.to + 1) };
    return [left, right].filter(({ from, to }) => from <= to);
  });
  let intervals = [...outside, interval].sort((a, b) => a.from - b.from);
  while (intervals.length > MOST) intervals = mergeClosest(intervals);
  return intervals;
}

/**
 * Before an event in order at `next`: an interval that ends at the last position so far is extended to just before
 * the new one, since until then the last position is what a question finds. At the very same millisecond the new
 * event gets an interval of its own.
 */
export function extendTo(
  invalidated: Invalidated,
  highWaterMark: number,
  next: number,
  version: number,
): Invalidated {
  const last = intervalAt(invalidated, highWaterMark);
  if (last === undefined) return invalidated;
  if (next === highWaterMark) return addInterval(invalidated, { from: next, to: next, version });
  const longer = { ...last, to: Math.max(last.to, next - 1) };
  // No append leaves intervals beyond the last position, but older code did: each moment asks for the greatest version.
  return [...invalidated, longer].sort((a, b) => a.version - b.version).reduce<Invalidated>(addInterval, []);
}

/**
 * Summaries: the effect of every stretch of a history, in a tree.
 *
 * A stored *state* is wrong as soon as an earlier event arrives late; all states after it have to be folded again. A
 * stored *function*, the effect of a short run of events, changes only if an event arrives inside of that very run. So
 * the history is cut into runs of some twelve events, some thirty runs are summarized by one summary of the next level,
 * and so on: a late event changes one summary of each level, wherever it arrives. Every question about a history of n
 * events is answered from O(log n) summaries and the events of a run or two.
 *
 * The shape. The tree is a B-tree: a run or a node that has grown beyond its limit is cut in two, and none is ever
 * merged, since entries of a log are never removed. So each node but the last has at least a fifth of its limit, and the
 * tree of a million events has three levels, whatever clients send: they choose effective times, and a shape that
 * followed from their values (cuts at some hash of an id, or by the calendar) could be made as deep as they like.
 *
 * Sources: R. Bayer, E. McCreight, Organization and Maintenance of Large Ordered Indices (1972) for the shape; J. Yang,
 * J. Widom, SB-trees (2003) and K. Tangwongsan, M. Hirzel, S. Schneider, FiBA (2019) for what is stored in it.
 */
import { compose, type Run } from './effects';

/** What is known about the entries of a range of positions. */
export interface Summary {
  /** The effect of the events that count. null: none counts. `opaque`: one of them declares no effect. */
  readonly run: Run | null | 'opaque';
  /** Of the events that count. */
  readonly events: number;
  /** The lowest and the highest version that recorded an entry, tombstones included. */
  readonly minVersion: number;
  readonly maxVersion: number;
}

/** Two neighbors as one. Associative. */
export function composeSummaries(left: Summary, right: Summary): Summary {
  const run =
    left.run === null || right.run === null
      ? (left.run ?? right.run)
      : left.run === 'opaque' || right.run === 'opaque'
        ? 'opaque'
        : compose(left.run, right.run);
  return {
    run,
    events: left.events + right.events,
    minVersion: Math.min(left.minVersion, right.minVersion),
    maxVersion: Math.max(left.maxVersion, right.maxVersion),
  };
}

/** How long the lists of a tree may get. */
export interface Shape {
  /** Positions of a run, which are read when one of them matters. */
  readonly run: number;
  /** Runs or nodes that one node lists. */
  readonly node: number;
  readonly root: number;
}

export const SHAPE: Shape = { run: 16, node: 40, root: 96 };

/** Cuts what has grown beyond a limit. The first parts leave room for a few more; the last is where a log grows. */
export function cut<T>(list: readonly T[], most: number): readonly (readonly T[])[] {
  const length = Math.ceil(most * 0.8);
  const parts: (readonly T[])[] = [];
  let first = 0;
  for (; list.length - first > most; first += length) parts.push(list.slice(first, first + length));
  return [...parts, list.slice(first)];
}

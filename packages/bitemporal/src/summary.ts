/**
 * Summaries: the effect of every stretch of a history, in a tree.
 *
 * A stored *state* is wrong as soon as an earlier event arrives late; all states after it have to be folded again. A
 * stored *function*, the effect of a short run of events, changes only if an event arrives inside of that very run. So
 * the history is cut into runs of some eight events, some sixteen runs are summarized by one summary of the next
 * level, and so on: a late event changes one summary of each level, wherever it arrives. Every question about a history
 * of n events is answered from O(log n) summaries and the events of a run or two.
 *
 * The cuts. Trees of databases are rebalanced when they grow; two who build such a tree at once must coordinate. Here, a
 * position begins a run of level l if a hash of its stream and version begins with 4·l - 1 zero bits. This depends on
 * nothing but the position: no rebalancing, no coordination, and two who summarize the same events write the same
 * bytes. The version is given by the log, so no client can choose the shape. Positions that no longer count keep their
 * cut: entries of the log are never removed, so neither are cuts.
 *
 * Sources: prolly trees (Dolt) for the cuts; J. Yang, J. Widom, SB-trees (2003) and K. Tangwongsan, M. Hirzel, S.
 * Schneider, FiBA (2019) for what is stored at them.
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

/** Zero bits of the hash at the beginning of a run: of level 1, and for each level above. */
export interface Cuts {
  readonly first: number;
  readonly further: number;
}

/** Runs of 8 events, which are read when one of them matters, and 16 runs in each of the next level. */
export const CUTS: Cuts = { first: 3, further: 4 };

/** A 32-bit hash whose bits all depend on each character (FNV-1a, then the last step of MurmurHash3). */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1)
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}

/** The highest level of the runs that begin with the event of a version; 0: it begins none. */
export function levelOf(streamId: string, version: number, { first, further } = CUTS): number {
  const zeros = Math.clz32(hash(`${version}#${streamId}`));
  return zeros < first ? 0 : 1 + Math.floor((zeros - first) / further);
}

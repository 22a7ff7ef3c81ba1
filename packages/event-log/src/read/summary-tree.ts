/**
 * The tree of summaries (bitemporal's summary.ts) as one log sees it.
 *
 * The tree is a cache, and a reader must never be misled by it. Three rules make it so:
 *
 * - Trust flows down. The root says which version of the log it includes. An entry names the item that lists its parts
 *   by the sum of its content, and only that very item counts: nothing else can be taken for it, whatever a killed repair
 *   left behind, or was restored from a copy, or damaged.
 * - The log says what came later. If a late event was recorded after the root, which the head knows (validity.ts), a run
 *   that holds a position which it touched is opened. In order, events come after the end of the tree.
 * - A tree is of one version, and each version that a repair came to keeps its own. As known through an earlier version,
 *   the last tree that was made by then is asked. Only if there is none, a later one is: its runs name the versions of
 *   their entries, and a run counts if all of them were known, is left out if none was, and is opened otherwise.
 *
 * What can't be read is opened: an item that is missing becomes the events of its range. So the answer is the same with
 * any part of the tree, or without it; only the number of events that have to be read differs.
 */
import { canSummarize, type Content, type Judged, type PositionRange, type Run } from '@hindsight/bitemporal';
import type { EventItem } from '../storage/items';
import { eventKey, LAST, positionIn, summaryPartition } from '../storage/keys';
import { KEYS_LIMIT, type Store } from '../storage/store';
import {
  nodeKey,
  readParts,
  readRoot,
  rootsAfter,
  rootsThrough,
  type Entry,
  type Root,
  type SummaryItem,
} from '../storage/summaries';
import type { ReadContext } from './context';
import type { KnownLog } from './known-log';

/** A run of the tree, and the range of positions that it is of. */
export interface Piece extends PositionRange {
  readonly level: number;
  readonly entry: Entry;
}

/** The runs of one level, from the start of the first one to `end`. */
export const piecesOf = (entries: readonly Entry[], level: number, end: string): readonly Piece[] =>
  entries.map((entry, index) => ({
    start: entry.start,
    end: entries[index + 1]?.start ?? end,
    level,
    entry,
  }));

/** The positions that the events after one version, through another, touched. */
export async function positionsTouched(
  store: Store,
  streamId: string,
  after: number,
  through: number,
): Promise<readonly string[]> {
  const touched: string[] = [];
  const range = { after: eventKey(after + 1), before: eventKey(through) };
  for await (const items of store.pages<EventItem>(streamId, range)) {
    for (const { effectiveKey, movedFrom } of items) {
      if (effectiveKey !== undefined) touched.push(positionIn(effectiveKey));
      if (movedFrom !== undefined) touched.push(movedFrom);
    }
  }
  return touched;
}

export class SummaryTree<State extends Judged, Event extends Content> {
  /** Parts that were read, by the key of their item; null: the item is missing. */
  readonly #read = new Map<string, readonly Entry[] | null>();

  constructor(
    readonly context: Pick<ReadContext<State, Event>, 'store' | 'domain'>,
    readonly log: Pick<KnownLog<State>, 'streamId' | 'version' | 'highWaterMark'>,
    readonly root: Root,
    readonly touched: readonly string[],
  ) {}

  /** The whole tree, and what comes after it. */
  get pieces(): readonly (Piece | PositionRange)[] {
    const { entries, level, end } = this.root;
    const isAll = this.root.isWhole && !this.#growsAfter();
    return [...piecesOf(entries, level, end), ...(isAll ? [] : [{ start: end, end: LAST }])];
  }

  /** Whether events may have come behind the end since the tree was made. */
  #growsAfter(): boolean {
    const { root, touched, log } = this;
    if (root.through >= log.version) return false;
    // Without late events, all that came later is behind the end.
    return touched.length === 0 || touched.some((position) => position >= root.end);
  }

  /** `none`: no event of the range counts. undefined: it has to be opened. */
  runOf({ start, end, entry }: Piece): Run | 'none' | undefined {
    const { run, minVersion, maxVersion } = entry.summary;
    const { version } = this.log;
    if (minVersion > version) return 'none';
    if (maxVersion > version || this.touched.some((position) => start <= position && position < end))
      return undefined;
    if (run === null) return 'none';
    return run === 'opaque' ? undefined : run;
  }

  /** The parts of a run; undefined: its events. */
  async parts(piece: Piece): Promise<readonly Piece[] | undefined> {
    const { level, entry, end } = piece;
    if (level === 1) return undefined;
    await this.preload([piece]);
    const entries = this.#read.get(nodeKey(level, entry));
    return entries ? piecesOf(entries, level - 1, end) : undefined;
  }

  /** Reads the parts of several runs at once. */
  async preload(pieces: readonly Piece[]): Promise<void> {
    const { store, domain } = this.context;
    const missing = pieces.filter(({ level, entry }) => level > 1 && !this.#read.has(nodeKey(level, entry)));
    for (let first = 0; first < missing.length; first += KEYS_LIMIT) {
      const some = missing.slice(first, first + KEYS_LIMIT);
      const keys = some.map(({ level, entry }) => nodeKey(level, entry));
      const items = await store.getAll<SummaryItem>(summaryPartition(this.log.streamId), keys);
      const found = new Map(items.map((item) => [item.sk, item]));
      for (const { level, entry } of some) {
        const key = nodeKey(level, entry);
        this.#read.set(key, readParts(domain, found.get(key), level, entry) ?? null);
      }
    }
  }

  /**
   * Reads the ways down to the borders of a range, to the touched positions in it, and to the ranges in which the
   * caller will open runs: one request for each level.
   */
  async approach({ start, end }: PositionRange, next: readonly PositionRange[] = []): Promise<void> {
    const inside = this.touched.filter((position) => start <= position && position < end);
    const isOnTheWay = (piece: Piece): boolean =>
      [start, end].some((position) => piece.start < position && position < piece.end) ||
      inside.some((position) => piece.start <= position && position < piece.end) ||
      next.some((range) => piece.start < range.end && range.start < piece.end);
    let pieces = this.pieces.filter((piece): piece is Piece => 'entry' in piece && isOnTheWay(piece));
    while (pieces.some(({ level }) => level > 1)) {
      await this.preload(pieces);
      const parts = await Promise.all(pieces.map((piece) => this.parts(piece)));
      pieces = parts.flatMap((some) => some ?? []).filter(isOnTheWay);
    }
  }
}

/** One operation asks the tree of one log several questions. */
const opened = new WeakMap<object, Promise<unknown>>();

/** undefined: there is no tree that can be used. */
export function openTree<State extends Judged, Event extends Content>(
  context: Pick<ReadContext<State, Event>, 'store' | 'domain'>,
  log: KnownLog<State>,
): Promise<SummaryTree<State, Event> | undefined> {
  const known = opened.get(log) as Promise<SummaryTree<State, Event> | undefined> | undefined;
  const tree = known ?? readTree(context, log);
  opened.set(log, tree);
  return tree;
}

/** The last tree that was made by a version, or else the first one after it. */
async function readRootAt<State extends Judged, Event extends Content>(
  { store, domain }: Pick<ReadContext<State, Event>, 'store' | 'domain'>,
  streamId: string,
  version: number,
): Promise<Root | undefined> {
  const partition = summaryPartition(streamId);
  const before = { ...rootsThrough(version), backward: true, limit: 1 };
  const [root] = (await store.page<SummaryItem>(partition, before)).items;
  if (root !== undefined) return readRoot(domain, root);
  const [later] = (await store.page<SummaryItem>(partition, { ...rootsAfter(version), limit: 1 })).items;
  return readRoot(domain, later);
}

async function readTree<State extends Judged, Event extends Content>(
  context: Pick<ReadContext<State, Event>, 'store' | 'domain'>,
  log: KnownLog<State>,
): Promise<SummaryTree<State, Event> | undefined> {
  const { streamId, version, invalidated } = log;
  if (!canSummarize(context.domain)) return undefined;
  const root = await readRootAt(context, streamId, version);
  if (root === undefined) return undefined;
  const late = Math.max(0, ...invalidated.map((interval) => interval.version));
  const isCurrent = root.through >= late || root.through >= version;
  const touched = isCurrent ? [] : await positionsTouched(context.store, streamId, root.through, version);
  return new SummaryTree(context, log, root, touched);
}

/** The newest tree. */
export const newestRoot = <State extends Judged, Event extends Content>(
  context: Pick<ReadContext<State, Event>, 'store' | 'domain'>,
  streamId: string,
): Promise<Root | undefined> => readRootAt(context, streamId, Number.MAX_SAFE_INTEGER);

/** Runs that end before the tree is asked to grow: events after its end are read one by one. */
const RUNS = 4;

/** Whether the history has grown by several runs with one of the next events, so that it should be summarized. */
export function closesRuns<State extends Judged, Event extends Content>(
  { domain, sizes }: Pick<ReadContext<State, Event>, 'domain' | 'sizes'>,
  { version }: KnownLog<State>,
  events: number,
): boolean {
  const growth = RUNS * sizes.shape.run;
  return canSummarize(domain) && Math.floor((version + events) / growth) > Math.floor(version / growth);
}

/**
 * The tree of summaries (bitemporal's summary.ts) as one log sees it.
 *
 * The tree is a cache, and a reader must never be misled by it. Three rules make it so:
 *
 * - Trust flows down. The root says which version of the log it includes. An entry names the item that lists its parts
 *   by the sum of its content, and only that very item counts: what a slower or killed repair left behind is no part of
 *   this tree, and neither is an item that was restored from a copy, or damaged.
 * - The log says what came later. If a late event was recorded after the root, which the head knows (validity.ts), the
 *   events since then are read, and a run that holds a position they touch is opened. In order, events lie behind the
 *   end of the tree.
 * - A run names the versions of its entries. As known before the root, a run counts if all of them were known, is
 *   left out if none was, and is opened otherwise.
 *
 * What can't be read is opened: an item that is missing becomes the events of its range. So the answer is the same with
 * any part of the tree, or without it; only the number of events that have to be read differs.
 */
import {
  canSummarize,
  levelOf,
  type Content,
  type Judged,
  type PositionRange,
  type Run,
} from '@hindsight/bitemporal';
import type { EventItem } from '../storage/items';
import { eventKey, LAST, positionIn, positionKey, summaryPartition } from '../storage/keys';
import { KEYS_LIMIT, type Store } from '../storage/store';
import {
  readParts,
  readRoot,
  rootKey,
  summaryKey,
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
    const { highWaterMark: effectiveAt, version } = this.log;
    const isAll = positionKey({ effectiveAt, version }) < end;
    return [...piecesOf(entries, level, end), ...(isAll ? [] : [{ start: end, end: LAST }])];
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
  async parts({ level, entry, end }: Piece): Promise<readonly Piece[] | undefined> {
    if (level === 1) return undefined;
    const key = summaryKey(level, entry);
    let entries = this.#read.get(key);
    if (entries === undefined) {
      const { store, domain } = this.context;
      const item = await store.get<SummaryItem>(summaryPartition(this.log.streamId), key);
      entries = readParts(domain, item, entry) ?? null;
      this.#read.set(key, entries);
    }
    return entries === null ? undefined : piecesOf(entries, level - 1, end);
  }

  /** Reads the parts of several runs at once. */
  async preload(pieces: readonly Piece[]): Promise<void> {
    const { store, domain } = this.context;
    const partition = summaryPartition(this.log.streamId);
    const missing = pieces.filter(
      ({ level, entry }) => level > 1 && !this.#read.has(summaryKey(level, entry)),
    );
    for (let first = 0; first < missing.length; first += KEYS_LIMIT) {
      const some = missing.slice(first, first + KEYS_LIMIT);
      const keys = some.map(({ level, entry }) => summaryKey(level, entry));
      const items = await store.getAll<SummaryItem>(partition, keys);
      const found = new Map(items.map((item) => [item.sk, item]));
      for (const { level, entry } of some) {
        const key = summaryKey(level, entry);
        this.#read.set(key, readParts(domain, found.get(key), entry) ?? null);
      }
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

async function readTree<State extends Judged, Event extends Content>(
  context: Pick<ReadContext<State, Event>, 'store' | 'domain'>,
  log: KnownLog<State>,
): Promise<SummaryTree<State, Event> | undefined> {
  const { store, domain } = context;
  const { streamId, version, invalidated } = log;
  if (!canSummarize(domain)) return undefined;
  const item = await store.get<SummaryItem>(summaryPartition(streamId), rootKey);
  const root = readRoot(domain, item);
  if (root === undefined) return undefined;
  const late = Math.max(0, ...invalidated.map((interval) => interval.version));
  const isCurrent = root.through >= late || root.through >= version;
  const touched = isCurrent ? [] : await positionsTouched(store, streamId, root.through, version);
  return new SummaryTree(context, log, root, touched);
}

/** Runs that end before the tree is asked to grow: events after its end are read one by one. */
const RUNS_BITS = 3;

/** Whether the history has grown by several runs with one of the next events, so that it should be summarized. */
export function closesRuns<State extends Judged, Event extends Content>(
  { domain, sizes }: Pick<ReadContext<State, Event>, 'domain' | 'sizes'>,
  { streamId, version }: KnownLog<State>,
  events: number,
): boolean {
  if (!canSummarize(domain)) return false;
  const { first, further } = sizes.cuts;
  for (let next = version + 1; next <= version + events; next += 1)
    if (levelOf(streamId, next, { first: first + RUNS_BITS, further }) > 0) return true;
  return false;
}

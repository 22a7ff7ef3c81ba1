/**
 * The repair: it brings the tree of summaries up to date.
 *
 * An append writes its event and nothing of the tree. Until the runs that it touched are summarized, readers open
 * them. The repair summarizes them: it reads which positions were touched since the version of the root, summarizes
 * their runs again, and the runs of each level above, up to a new root. One late event changes one item of each level.
 *
 * It needs no lock and no record of its own progress: the root says how far the tree goes, in versions and in effective
 * time. So it can stop anywhere (after `budget` entries, or killed) and be called again.
 *
 * - Items are written before the root that refers to them. An item of the tree so far is not overwritten: each run has
 *   two slots, and the new item takes the other one. Until the root is written, readers see the tree so far, whole.
 * - A repair may overwrite what a faster one has written. A reader uses an item only if it has the checksum that its
 *   parent names; otherwise it opens the run, and no answer changes. The repair that writes last notices: it reads
 *   what it has written, and is not done if something is missing.
 * - If nothing was touched, it looks at every item of the tree, and rebuilds those that are missing or damaged.
 *
 * Source: shadow paging, as System R had it (R. Lorie, Physical Integrity in a Large Segmented Database, 1977): a new
 * version of a page goes next to the old one, and the root decides which of them counts.
 */
import { assert, canSummarize, type Content, type Judged } from '@hindsight/bitemporal';
import type { ReadContext } from '../read/context';
import { headItem, itemAtVersion } from '../read/known-log';
import { positionsTouched, SummaryTree } from '../read/summary-tree';
import { highWaterMarkOf, type EventItem } from '../storage/items';
import { positionKey, summaryPartition } from '../storage/keys';
import { readRoot, rootItem, rootKey, type Root, type SummaryItem } from '../storage/summaries';
import { KEYS_LIMIT } from '../storage/store';
import { TreeBuilder } from './tree-builder';

/** Entries that one call reads, at most, if nothing else is asked for. */
const BUDGET = 5000;
/** Events whose positions one call takes up, at most. */
const EVENTS = 1000;

export interface RepairReport {
  /** The tree includes the whole log, and all of it is there. False: call again. */
  readonly done: boolean;
  readonly eventsRead: number;
  readonly summariesWritten: number;
}

const NOTHING: RepairReport = { done: true, eventsRead: 0, summariesWritten: 0 };

/** Brings summaries up to date. Anyone may, at any time, as often as they like. */
export class Repairer<State extends Judged, Event extends Content> {
  constructor(readonly context: Pick<ReadContext<State, Event>, 'store' | 'domain' | 'sizes'>) {}

  /** @param budget entries to read, at most */
  async repair(streamId: string, budget = BUDGET): Promise<RepairReport> {
    const { store, domain } = this.context;
    const head = await headItem(store, streamId);
    if (head === undefined || !canSummarize(domain)) return NOTHING;
    const root = readRoot(domain, await store.get<SummaryItem>(summaryPartition(streamId), rootKey));
    // One that includes more than the head was made by a repair that has read more.
    if (root !== undefined && root.through > head.version) return { ...NOTHING, done: false };
    const through = root === undefined ? head.version : Math.min(head.version, root.through + EVENTS);
    const last = through === head.version ? head : await itemAtVersion(store, streamId, through);
    assert(last !== undefined, 'versions have no gaps');
    const { builder, end } = await this.#builder(streamId, { root, last, budget });
    const next = await builder.build();
    const { items, read: eventsRead } = builder;
    if (root?.through === through && root.end === next.end && items.length === 0) return NOTHING;
    const isThere = await this.#write(streamId, items, next);
    const isWhole = through === head.version && next.end === end;
    return { done: isWhole && isThere, eventsRead, summariesWritten: items.length + 1 };
  }

  async #builder(
    streamId: string,
    { root, last, budget }: { root: Root | undefined; last: EventItem; budget: number },
  ): Promise<{ builder: TreeBuilder<State, Event>; end: string }> {
    const through = last.version;
    const highWaterMark = highWaterMarkOf(last);
    const end = positionKey({ effectiveAt: highWaterMark, version: through + 1 });
    const work = { context: this.context, streamId, through, end, budget };
    if (root === undefined)
      return { builder: new TreeBuilder({ ...work, touched: [], isThorough: false }), end };
    const touched = await positionsTouched(this.context.store, streamId, root.through, through);
    const builder = new TreeBuilder({
      ...work,
      tree: new SummaryTree(this.context, { streamId, version: through, highWaterMark }, root, []),
      // The last run goes on where the tree ended.
      touched: root.end === end ? touched : [...touched, root.end],
      isThorough: root.through === through && root.end === end,
    });
    return { builder, end };
  }

  /** @returns whether all of it is there at the end */
  async #write(streamId: string, items: readonly SummaryItem[], root: Root): Promise<boolean> {
    const { store, domain } = this.context;
    const partition = summaryPartition(streamId);
    await store.replaceCaches(partition, items, []);
    const newest = readRoot(domain, await store.get<SummaryItem>(partition, rootKey));
    if (newest !== undefined && newest.through > root.through) return false;
    const written = rootItem(streamId, domain.revision, root);
    await store.replaceCaches(partition, [written], []);
    const all = [...items, written];
    for (let first = 0; first < all.length; first += KEYS_LIMIT) {
      const some = all.slice(first, first + KEYS_LIMIT);
      const found = await store.getAll<SummaryItem>(
        partition,
        some.map(({ sk }) => sk),
      );
      const sums = new Set(found.map(({ sum }) => sum));
      if (!some.every(({ sum }) => sums.has(sum))) return false;
    }
    return true;
  }
}

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
 * - Nothing that a tree consists of is ever overwritten, for a node is named by its content. What a new tree shares with
 *   the one before it is not written again, and the one before it stays: it answers what was known at its version.
 * - Nodes are written before the root that refers to them. Until then, readers see the tree so far.
 * - Any number may run at once. Those that come to the same version write a root each, and either will do; one that
 *   comes to an earlier version is of use for that version.
 * - If nothing was touched, it looks at every node of the tree, and rebuilds those that are missing or damaged.
 *
 * Sources: shadow paging (R. Lorie, Physical Integrity in a Large Segmented Database, 1977): a new version of a page goes
 * next to the old one, and the root decides which of them counts; J. Driscoll et al., Making Data Structures
 * Persistent (1989): paths that are copied keep every version of a tree.
 */
import { assert, canSummarize, type Content, type Judged } from '@hindsight/bitemporal';
import type { ReadContext } from '../read/context';
import { headItem, itemAtVersion } from '../read/known-log';
import { newestRoot, positionsTouched, SummaryTree } from '../read/summary-tree';
import { highWaterMarkOf, type EventItem } from '../storage/items';
import { positionKey, summaryPartition } from '../storage/keys';
import { rootItem, type Root } from '../storage/summaries';
import { TreeBuilder } from './tree-builder';

/** Entries that one call reads, at most, if nothing else is asked for. */
const BUDGET = 5000;
/** Events whose positions one call takes up, at most. */
const EVENTS = 1000;

export interface RepairReport {
  /** The tree includes the whole log. False: call again. */
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
    const root = await newestRoot(this.context, streamId);
    // One that includes more than the head was made by a repair that has read more.
    if (root !== undefined && root.through > head.version) return { ...NOTHING, done: false };
    const through = root === undefined ? head.version : Math.min(head.version, root.through + EVENTS);
    const last = through === head.version ? head : await itemAtVersion(store, streamId, through);
    assert(last !== undefined, 'versions have no gaps');
    const { builder, end } = await this.#builder(streamId, { root, last, budget });
    const next = await builder.build();
    const { items, read: eventsRead } = builder;
    if (root?.through === through && root.end === next.end && items.length === 0) return NOTHING;
    const partition = summaryPartition(streamId);
    await store.replaceCaches(partition, items, []);
    await store.replaceCaches(partition, [rootItem(streamId, domain.revision, next)], []);
    const done = through === head.version && next.end === end;
    return { done, eventsRead, summariesWritten: items.length + 1 };
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
    // Late events only: the tree ends where it did, and its last run is left alone.
    const isSameEnd = root.isWhole && touched.every((position) => position < root.end);
    const builder = new TreeBuilder({
      ...work,
      tree: new SummaryTree(this.context, { streamId, version: through, highWaterMark }, root, []),
      touched: isSameEnd ? touched : [...touched, root.end],
      end: isSameEnd ? root.end : end,
      isThorough: root.through === through && root.isWhole,
    });
    return { builder, end: isSameEnd ? root.end : end };
  }
}

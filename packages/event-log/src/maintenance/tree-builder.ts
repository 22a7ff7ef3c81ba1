import {
  assert,
  composeSummaries,
  cut,
  runOf,
  type Content,
  type EffectiveEvent,
  type Judged,
  type Summary,
} from '@hindsight/bitemporal';
import type { ReadContext } from '../read/context';
import { groups, type Group } from '../read/effective-events';
import { piecesOf, type Piece, type SummaryTree } from '../read/summary-tree';
import { nodeItem, type Entry, type Root, type SummaryItem } from '../storage/summaries';

/** Sorts before every position. */
const FIRST = ' ';

interface Work<State extends Judged, Event extends Content> {
  readonly context: Pick<ReadContext<State, Event>, 'store' | 'domain' | 'sizes'>;
  readonly streamId: string;
  /** The version that the new tree includes. */
  readonly through: number;
  /** The tree so far. */
  readonly tree?: SummaryTree<State, Event> | undefined;
  /** Positions whose runs have to be summarized again. */
  readonly touched: readonly string[];
  /** The position behind everything that is known through the version. */
  readonly end: string;
  /** Positions to add at most, of those that the tree does not reach yet. */
  readonly budget: number;
  /** Look at every item, not only at those of touched runs. */
  readonly isThorough: boolean;
}

type Range = Pick<Piece, 'start' | 'end' | 'level'> & { readonly entry?: Entry };

/** Makes the next tree out of the tree so far: the runs that hold touched positions, and the nodes above them. */
export class TreeBuilder<State extends Judged, Event extends Content> {
  /** Items to write. */
  readonly items: SummaryItem[] = [];
  /** Entries that were read. */
  read = 0;
  /** The first position that is not in the new tree. */
  #end: string;

  constructor(readonly work: Work<State, Event>) {
    this.#end = work.end;
  }

  async build(): Promise<Root> {
    const { tree, end, through, context } = this.work;
    const { level: first = 1, entries: old = [] } = tree?.root ?? {};
    const pieces: readonly Range[] =
      old.length === 0 ? [{ start: '', end, level: first }] : piecesOf(old, first, end);
    let [level, entries] = [first, await this.#each(pieces)];
    while (entries.length > context.sizes.shape.root) {
      level += 1;
      entries = this.#grouped(level, entries);
    }
    return { through, end: this.#end, isWhole: this.#end === end, level, entries };
  }

  async #each(ranges: readonly Range[]): Promise<readonly Entry[]> {
    const entries: Entry[] = [];
    for (const range of ranges) entries.push(...(await this.#rebuilt(range)));
    return entries;
  }

  /** The runs of one level in a range. */
  async #rebuilt({ start, end, level, entry }: Range): Promise<readonly Entry[]> {
    const { touched, isThorough, tree } = this.work;
    const isTouched = touched.some((position) => start <= position && position < end);
    if (entry !== undefined && !isTouched && (level === 1 || !isThorough)) return [entry];
    if (level === 1) return this.#leaves(start, end);
    const parts = entry && (await tree?.parts({ start, end, level, entry }));
    if (parts === undefined)
      return this.#grouped(level, await this.#rebuilt({ start, end, level: level - 1 }));
    if (isThorough) await tree?.preload(parts);
    const below = await this.#each(parts);
    const isSame = below.length === parts.length && below.every((one, index) => one === parts[index]?.entry);
    return isSame && entry !== undefined ? [entry] : this.#grouped(level, below);
  }

  /** Runs of a level out of those of the level below. */
  #grouped(level: number, below: readonly Entry[]): readonly Entry[] {
    const { streamId, context } = this.work;
    return cut(below, context.sizes.shape.node).map((entries): Entry => {
      const { start } = entries[0] ?? { start: '' };
      const summary = entries.map((entry) => entry.summary).reduce(composeSummaries);
      const item = nodeItem(streamId, context.domain.revision, { level, start, entries });
      this.items.push(item);
      return { start, summary, sum: item.sum };
    });
  }

  /** The runs of events in a range. */
  async #leaves(start: string, end: string): Promise<readonly Entry[]> {
    const { streamId, context, through, budget, tree } = this.work;
    let added = 0;
    const positions: { readonly start: string; readonly summary: Summary }[] = [];
    const range = { after: start === '' ? FIRST : start, before: end, version: through };
    for await (const group of groups(context.store, streamId, range)) {
      if (group.maxVersion === 0) continue;
      const isNew = tree === undefined || group.position >= tree.root.end;
      if (isNew && added >= budget) {
        this.#end = group.position;
        break;
      }
      added += isNew ? 1 : 0;
      this.read += 1;
      positions.push({ start: group.position, summary: this.#summaryOf(group) });
    }
    if (positions.length === 0) return [];
    return cut(positions, context.sizes.shape.run).map((run, index) => ({
      start: index === 0 ? start : (run[0]?.start ?? ''),
      summary: run.map(({ summary }) => summary).reduce(composeSummaries),
      sum: '',
    }));
  }

  #summaryOf(group: Group): Summary {
    const { domain } = this.work.context;
    const { minVersion, maxVersion } = group;
    const effective: EffectiveEvent<Event> | undefined = group.effectiveEvent(domain);
    if (effective === undefined) return { run: null, events: 0, minVersion, maxVersion };
    assert(domain.registered !== undefined, 'only a domain that can summarize has a tree');
    const effect = domain.registered.effect(effective.content);
    const run = effect === undefined ? 'opaque' : runOf(effect, effective.event.effectiveAt);
    return { run, events: 1, minVersion, maxVersion };
  }
}

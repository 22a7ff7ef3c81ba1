import {
  assert,
  composeSummaries,
  levelOf,
  runOf,
  type Content,
  type EffectiveEvent,
  type Judged,
  type Summary,
} from '@hindsight/bitemporal';
import type { ReadContext } from '../read/context';
import { groups, type Group } from '../read/effective-events';
import { piecesOf, type Piece, type SummaryTree } from '../read/summary-tree';
import { versionIn } from '../storage/keys';
import { summaryItem, type Entry, type Root, type SummaryItem } from '../storage/summaries';

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
  /** Entries to read at most for what the tree does not reach yet. */
  readonly budget: number;
  /** Look at every item, not only at those of touched runs. */
  readonly isThorough: boolean;
}

type Range = Pick<Piece, 'start' | 'end' | 'level'> & { readonly entry?: Entry };

/** Makes the next tree out of the tree so far: the runs that hold touched positions, and all that they are parts of. */
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
    const { tree, end, through, streamId, context } = this.work;
    const { level: first = 1, entries: old = [] } = tree?.root ?? {};
    const pieces: readonly Range[] =
      old.length === 0 ? [{ start: '', end, level: first }] : piecesOf(old, first, end);
    let [level, entries] = [first, await this.#each(pieces)];
    const begins = ({ start }: Entry): boolean =>
      start !== '' && levelOf(streamId, versionIn(start), context.sizes.cuts) > level;
    while (entries.slice(1).some(begins)) {
      entries = this.#grouped(level + 1, entries);
      level += 1;
    }
    return { through, end: this.#end, level, entries };
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
    if (parts === undefined) {
      const below = await this.#rebuilt({ start, end, level: level - 1 });
      return this.#grouped(level, below, entry);
    }
    if (isThorough) await tree?.preload(parts);
    const below = await this.#each(parts);
    const isSame = below.length === parts.length && below.every((one, index) => one === parts[index]?.entry);
    return isSame && entry !== undefined ? [entry] : this.#grouped(level, below, entry);
  }

  /** Runs of a level out of those of the level below. */
  #grouped(level: number, below: readonly Entry[], old?: Entry): readonly Entry[] {
    const { streamId, through, context } = this.work;
    const runs: Entry[][] = [];
    for (const entry of below) {
      const begins =
        entry.start !== '' && levelOf(streamId, versionIn(entry.start), context.sizes.cuts) >= level;
      if (begins || runs.length === 0) runs.push([]);
      runs.at(-1)?.push(entry);
    }
    return runs.map((entries): Entry => {
      const { start } = entries[0] ?? { start: '' };
      // Readers of the tree so far find its item in the other slot.
      const slot = old?.start === start && old.slot === 0 ? 1 : 0;
      const summary = entries.map((entry) => entry.summary).reduce(composeSummaries);
      const code = context.domain.revision;
      const item = summaryItem(streamId, level, { start, slot }, { through, code, entries });
      this.items.push(item);
      return { start, summary, slot, sum: item.sum };
    });
  }

  /** The runs of events in a range. */
  async #leaves(start: string, end: string): Promise<readonly Entry[]> {
    const { streamId, context, through, budget } = this.work;
    const leaves: Entry[] = [];
    const range = { after: start === '' ? FIRST : start, before: end, version: through };
    let [from, summary]: [string, Summary | undefined] = [start, undefined];
    const close = (): void => {
      if (summary !== undefined) leaves.push({ start: from, summary, slot: 0, sum: '' });
    };
    for await (const group of groups(context.store, streamId, range)) {
      if (group.maxVersion === 0) continue;
      const { position } = group;
      const begins = levelOf(streamId, versionIn(position), context.sizes.cuts) >= 1;
      if (begins && end === this.work.end && this.read >= budget) {
        this.#end = position;
        break;
      }
      if (begins && summary !== undefined) {
        close();
        [from, summary] = [position, undefined];
      }
      this.read += 1;
      const one = this.#summaryOf(group);
      summary = summary === undefined ? one : composeSummaries(summary, one);
    }
    close();
    return leaves;
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

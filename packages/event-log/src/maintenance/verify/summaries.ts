import {
  canSummarize,
  composeSummaries,
  inKeyOrder,
  positionKey,
  runOf,
  type Content,
  type Judged,
  type Summary,
} from '@hindsight/bitemporal';
import { piecesOf, type Piece } from '../../read/summary-tree';
import { summaryPartition } from '../../storage/keys';
import {
  readParts,
  readRoot,
  rootKey,
  summaryKey,
  type Root,
  type SummaryItem,
} from '../../storage/summaries';
import type { Store } from '../../storage/store';
import { differ } from './report';
import type { Move, Unfolding } from './unfolding';

interface Versions {
  readonly minVersion: number;
  readonly maxVersion: number;
}

const text = (summary: Summary | undefined): string =>
  JSON.stringify(inKeyOrder(summary), (_, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );

/** The tree of summaries: each of them must be the effect of the events in its range, as the tree was made. */
export class Summaries<State extends Judged, Event extends Content> {
  read = 0;
  unusable = 0;
  compared = 0;
  #root: Root | undefined;
  /** By sort key; bodies stay text until their turn. */
  readonly #items = new Map<string, SummaryItem>();
  /** By position, which versions recorded an entry there. */
  readonly #versions = new Map<string, Versions>();

  constructor(readonly unfolding: Unfolding<State, Event>) {}

  /** Reads the tree, which may be of a log that is longer by now. */
  async load(store: Store): Promise<void> {
    const { streamId, domain } = this.unfolding;
    for await (const item of store.partition<SummaryItem>(summaryPartition(streamId))) {
      this.#items.set(item.sk, item);
      this.read += 1;
    }
    const item = this.#items.get(rootKey);
    this.#root = canSummarize(domain) ? readRoot(domain, item) : undefined;
    if (item !== undefined && this.#root === undefined) this.unusable += 1;
  }

  /** The version that the tree includes. */
  get through(): number | undefined {
    return this.#root?.through;
  }

  /** When the history has come so far: what was made from it must equal it. */
  event(version: number, { removed, inserted }: Move<Event>): void {
    const touched = new Set([removed, inserted && positionKey(inserted.event)].filter((at) => at !== null));
    for (const at of touched) {
      const { minVersion = version } = this.#versions.get(at) ?? {};
      this.#versions.set(at, { minVersion, maxVersion: version });
    }
    if (this.#root === undefined || version !== this.#root.through) return;
    const { entries, level, end } = this.#root;
    for (const piece of piecesOf(entries, level, end)) this.#check(piece);
  }

  #check(piece: Piece): void {
    const { start, end, level, entry } = piece;
    const site = { item: `${level}#${start}`, version: this.#root?.through ?? 0 };
    const [expected, found] = [text(this.#expected(piece)), text(entry.summary)];
    if (expected !== found) differ(site, 'summary-truth', expected, found);
    this.compared += 1;
    if (level === 1) return;
    const parts = readParts(this.unfolding.domain, this.#items.get(summaryKey(level, entry)), entry);
    if (parts === undefined) this.unusable += 1;
    else for (const part of piecesOf(parts, level - 1, end)) this.#check(part);
  }

  #expected({ start, end }: Piece): Summary | undefined {
    const { slots, domain } = this.unfolding;
    let summary: Summary | undefined;
    for (let index = this.unfolding.indexOf(start); index < slots.length; index += 1) {
      const slot = slots[index];
      if (slot === undefined || slot.position >= end) break;
      if (slot.position < start) continue;
      const { effective, position } = slot;
      const versions = this.#versions.get(position);
      if (versions === undefined) continue;
      const effect = effective && domain.registered?.effect(effective.content);
      const run = effective && (effect ? runOf(effect, effective.event.effectiveAt) : 'opaque');
      const one: Summary = { run, events: effective ? 1 : 0, ...versions };
      summary = summary === undefined ? one : composeSummaries(summary, one);
    }
    return summary;
  }
}

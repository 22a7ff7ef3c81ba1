import {
  canSummarize,
  composeSummaries,
  inKeyOrder,
  positionKey,
  runOf,
  SHAPE,
  type Content,
  type Judged,
  type Summary,
} from '@hindsight/bitemporal';
import { piecesOf, type Piece } from '../../read/summary-tree';
import { summaryPartition, versionIn } from '../../storage/keys';
import {
  isRootKey,
  nodeKey,
  readParts,
  readRoot,
  type Entry,
  type Root,
  type SummaryItem,
} from '../../storage/summaries';
import type { Store } from '../../storage/store';
import { differ, type Site } from './report';
import type { Move, Unfolding } from './unfolding';

interface Versions {
  readonly minVersion: number;
  readonly maxVersion: number;
}

const text = (summary: Summary | undefined): string =>
  JSON.stringify(inKeyOrder(summary), (_, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );

/** Up to here the trees of all versions are checked; beyond it the newest one is. */
const EACH_TREE = 1000;

/** The trees of summaries: each summary must be the effect of the events in its range, as its tree was made. */
export class Summaries<State extends Judged, Event extends Content> {
  read = 0;
  compared = 0;
  readonly #unusable = new Set<string>();
  /** By the version that they include, in order. */
  readonly #roots = new Map<number, Root>();
  readonly #parts = new Map<string, readonly Entry[]>();
  /** By position, which versions recorded an entry there. */
  readonly #versions = new Map<string, Versions>();

  constructor(readonly unfolding: Unfolding<State, Event>) {}

  /** Items that trees need and can't use. */
  get unusable(): number {
    return this.#unusable.size;
  }

  /** Reads the trees, which may be of a log that is longer by now. */
  async load(store: Store): Promise<void> {
    const { streamId, domain } = this.unfolding;
    const partition = summaryPartition(streamId);
    const early: SummaryItem[] = [];
    let newest: SummaryItem | undefined;
    for await (const item of store.partition<SummaryItem>(partition)) {
      this.read += 1;
      if (!isRootKey(item.sk)) continue;
      if (versionIn(item.sk) <= EACH_TREE) early.push(item);
      newest = item;
    }
    if (newest === undefined || !canSummarize(domain)) return;
    for (const item of new Set([...early, newest])) {
      const root = readRoot(domain, item);
      if (root === undefined) this.#unusable.add(item.sk);
      else {
        this.#roots.set(root.through, root);
        await this.#load(store, root);
      }
    }
  }

  async #load(store: Store, { entries, level, end }: Root): Promise<void> {
    const { streamId, domain } = this.unfolding;
    const open = [...piecesOf(entries, level, end)];
    for (let piece = open.pop(); piece !== undefined; piece = open.pop()) {
      const { level, entry, end } = piece;
      if (level === 1) continue;
      const key = nodeKey(level, entry);
      if (this.#parts.has(key) || this.#unusable.has(key)) continue;
      const item = await store.get<SummaryItem>(summaryPartition(streamId), key);
      const parts = readParts(domain, item, level, entry);
      if (parts === undefined) this.#unusable.add(key);
      else {
        this.#parts.set(key, parts);
        open.push(...piecesOf(parts, level - 1, end));
      }
    }
  }

  /** The version that the newest tree includes. */
  get through(): number | undefined {
    return [...this.#roots.keys()].at(-1);
  }

  /** When the history has come so far: what was made from it must equal it. */
  event(version: number, { removed, inserted }: Move<Event>): void {
    const touched = new Set([removed, inserted && positionKey(inserted.event)].filter((at) => at !== null));
    for (const at of touched) {
      const { minVersion = version } = this.#versions.get(at) ?? {};
      this.#versions.set(at, { minVersion, maxVersion: version });
    }
    const root = this.#roots.get(version);
    if (root === undefined) return;
    this.#checkLength({ item: 'root', version }, root.entries.length, SHAPE.root);
    for (const piece of piecesOf(root.entries, root.level, root.end)) this.#check(piece, version);
  }

  #check(piece: Piece, version: number): void {
    const { start, end, level, entry } = piece;
    const site: Site = { item: `${level}#${start}`, version };
    const expected = this.#expected(piece);
    if (text(expected.summary) !== text(entry.summary))
      differ(site, 'summary-truth', text(expected.summary), text(entry.summary));
    this.compared += 1;
    const { positions } = expected;
    if (level === 1) this.#checkLength(site, positions, SHAPE.run);
    const parts = level === 1 ? [] : (this.#parts.get(nodeKey(level, entry)) ?? []);
    this.#checkLength(site, parts.length, SHAPE.node);
    for (const part of piecesOf(parts, level - 1, end)) this.#check(part, version);
  }

  /** Whatever clients send: no part of a tree is long, so none is slow to read. */
  #checkLength(site: Site, length: number, most: number): void {
    if (length > most) differ(site, 'summary-length', `at most ${most}`, length);
  }

  #expected({ start, end }: Piece): { readonly summary: Summary | undefined; readonly positions: number } {
    const { slots, domain } = this.unfolding;
    let [summary, positions]: [Summary | undefined, number] = [undefined, 0];
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
      positions += 1;
    }
    return { summary, positions };
  }
}

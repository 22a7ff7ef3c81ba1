import { factOf, type Fact, type Registry } from '@hindsight/domain';
import { contentOf, recordedByOf, referenceOf, type EventItem, type MarkItem } from '../storage/items';
import { keySchema, placeIn } from '../storage/keys';
import type { Store } from '../storage/store';

/** What stands in the index of effective time: events, and marks that end what stood there. */
export type Entry = (EventItem | MarkItem) & { readonly effectiveKey: string };

/** A fact, and who recorded its event. */
export type RecordedFact = Fact & { readonly recordedBy: string };

export interface FactRange {
  /** Index keys, exclusive. */
  readonly after: string;
  readonly before: string;
  readonly backward?: boolean;
  /** Known through this version. */
  readonly version: number;
  /** Entries a request, where fewer than a whole page will do. */
  readonly limit?: number;
}

/** Entries of one place: the last recorded of the known ones decides whether a fact stands there, and which. */
export class Group {
  #winner: Entry | undefined;
  /** Entries that were read, the unknown ones included. */
  entries = 0;

  constructor(readonly place: string) {}

  add(entry: Entry, version: number): void {
    this.entries += 1;
    if (entry.version > version) return;
    if (this.#winner === undefined || entry.effectiveKey > this.#winner.effectiveKey) this.#winner = entry;
  }

  fact(registry: Registry): RecordedFact | undefined {
    const winner = this.#winner;
    if (winner === undefined || !('event' in winner)) return undefined;
    const fact = factOf(registry, referenceOf(winner), contentOf(winner));
    return { ...fact, recordedBy: recordedByOf(winner) };
  }
}

/** Entries of one place after another; a group is whole when the next one starts. */
export async function* groups(store: Store, productId: string, range: FactRange): AsyncGenerator<Group> {
  const { version, ...rest } = range;
  let group: Group | undefined;
  for await (const entries of store.pages<Entry>(productId, { index: keySchema.byEffective, ...rest })) {
    for (const entry of entries) {
      const place = placeIn(entry.effectiveKey);
      if (group?.place !== place) {
        if (group !== undefined) yield group;
        group = new Group(place);
      }
      group.add(entry, version);
    }
  }
  if (group !== undefined) yield group;
}

/** The facts of a span in effective order, as known through a version, a page in memory at a time. */
export async function* facts(
  store: Store,
  registry: Registry,
  productId: string,
  range: FactRange,
): AsyncGenerator<Fact> {
  for await (const group of groups(store, productId, range)) {
    const fact = group.fact(registry);
    if (fact !== undefined) yield fact;
  }
}

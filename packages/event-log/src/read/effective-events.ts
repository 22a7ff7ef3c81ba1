import {
  effectiveEventOf,
  type Content,
  type Domain,
  type EffectiveEvent,
  type Judged,
} from '@hindsight/bitemporal';
import { contentOf, referenceOf, type EventItem, type TombstoneItem } from '../storage/items';
import { keySchema, positionIn } from '../storage/keys';
import type { Store } from '../storage/store';
import type { ReadContext } from './context';

/** An item in the index of effective time: an event, or the tombstone that ends what counted there. */
export type IndexEntry = (EventItem | TombstoneItem) & { readonly effectiveKey: string };

export interface EffectiveRange {
  /** Index keys, exclusive. */
  readonly after: string;
  readonly before: string;
  readonly backward?: boolean;
  /** Known through this version. */
  readonly version: number;
  /** Entries in one request, if fewer than a whole page are enough. */
  readonly limit?: number;
}

/** Entries of one position: the last recorded of the known ones decides whether an event counts there, and which. */
export class Group {
  #winner: IndexEntry | undefined;
  /** Entries that were read, the unknown ones included. */
  entries = 0;
  /** Of the known ones. */
  minVersion = Infinity;
  maxVersion = 0;

  constructor(readonly position: string) {}

  add(entry: IndexEntry, version: number): void {
    this.entries += 1;
    if (entry.version > version) return;
    this.minVersion = Math.min(this.minVersion, entry.version);
    this.maxVersion = Math.max(this.maxVersion, entry.version);
    if (this.#winner === undefined || entry.effectiveKey > this.#winner.effectiveKey) this.#winner = entry;
  }

  effectiveEvent<State extends Judged, Event extends Content>(
    domain: Domain<State, Event>,
  ): EffectiveEvent<Event> | undefined {
    const winner = this.#winner;
    if (winner === undefined || !('event' in winner)) return undefined;
    const reference = referenceOf(domain, winner);
    return effectiveEventOf(domain, reference, contentOf(domain, winner), reference.correction);
  }
}

/** Entries of one position after another; a group is whole when the next one starts. */
export async function* groups(
  store: Store,
  streamId: string,
  { version, ...range }: EffectiveRange,
): AsyncGenerator<Group> {
  let group: Group | undefined;
  const entries = store.pages<IndexEntry>(streamId, { index: keySchema.byEffective, ...range });
  for await (const page of entries) {
    for (const entry of page) {
      const position = positionIn(entry.effectiveKey);
      if (group?.position !== position) {
        if (group !== undefined) yield group;
        group = new Group(position);
      }
      group.add(entry, version);
    }
  }
  if (group !== undefined) yield group;
}

/** The effective events of a range in their order, as known through a version, one page in memory at a time. */
export async function* effectiveEvents<State extends Judged, Event extends Content>(
  { store, domain }: Pick<ReadContext<State, Event>, 'store' | 'domain'>,
  streamId: string,
  range: EffectiveRange,
): AsyncGenerator<EffectiveEvent<Event>> {
  for await (const group of groups(store, streamId, range)) {
    const effective = group.effectiveEvent(domain);
    if (effective !== undefined) yield effective;
  }
}

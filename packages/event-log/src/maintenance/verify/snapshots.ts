import type { Registry, Snapshot } from '@hindsight/domain';
import { readCheckpoint, type Checkpoint, type CheckpointItem } from '../../storage/snapshots';
import { checkpointKey, placeOf, timeIn } from '../../storage/keys';
import { neededAt, spanAt, type Stale } from '../../read/validity';
import { differ, type Site } from './report';
import { checkState } from './stored-states';
import { sameSnapshot, type Slot, type Unfolding } from './unfolding';

const timeOf = (place: string): number => Date.parse(timeIn(place));

/** From each state of a checkpoint to the next one, or to where it says that the next fact stands. */
const gapsOf = ({ snapshots, next }: Checkpoint) =>
  snapshots.map((snapshot, index) => {
    const following = snapshots[index + 1];
    return { snapshot, until: following ? placeOf(following.last) : next };
  });

/** The caches: each must be true of the log as it was made, and of the log as it is wherever it is trusted. */
export class Checkpoints {
  read = 0;
  unusable = 0;
  compared = 0;
  /** By the version that they include; bodies stay text until their turn. */
  readonly #items = new Map<number, CheckpointItem[]>();

  constructor(
    readonly registry: Registry,
    readonly unfolding: Unfolding,
  ) {}

  add(item: CheckpointItem): void {
    this.read += 1;
    if (readCheckpoint(item, this.registry.reducersVersion) === undefined) {
      this.unusable += 1;
      return;
    }
    this.#items.set(item.version, [...(this.#items.get(item.version) ?? []), item]);
  }

  /** Versions past the last event read that checkpoints include: made since, or never. */
  ahead(version: number): readonly { readonly sk: string; readonly version: number }[] {
    return [...this.#items].filter(([included]) => included > version).flatMap(([, items]) => items);
  }

  /** When the history stands at a version: what was made from it must equal it. */
  made(version: number): void {
    for (const item of this.#items.get(version) ?? []) {
      const checkpoint = readCheckpoint(item, this.registry.reducersVersion) as Checkpoint;
      const site: Site = { item: item.sk, version };
      const first = checkpoint.snapshots[0];
      if (first && item.sk !== checkpointKey(placeOf(first.last)))
        differ(site, 'checkpoint-truth', checkpointKey(placeOf(first.last)), item.sk);
      for (const { snapshot, until } of gapsOf(checkpoint)) {
        this.#compare(site, 'checkpoint-truth', snapshot);
        const fact = this.#factIn(placeOf(snapshot.last), until);
        if (fact) differ(site, 'checkpoint-truth', `the fact at ${fact.place}`, `nothing until ${until}`);
        if (until !== null && !this.unfolding.slotAt(until)?.fact)
          differ(site, 'checkpoint-truth', `no fact at ${until}`, 'one is named there');
      }
    }
  }

  /** At the end: what a reader of the whole log would take from them. */
  finish(version: number, stale: Stale): void {
    for (const item of [...this.#items.values()].flat().filter((made) => made.version <= version)) {
      const checkpoint = readCheckpoint(item, this.registry.reducersVersion) as Checkpoint;
      const site: Site = { item: item.sk, version: item.version };
      for (const { snapshot, until } of gapsOf(checkpoint)) {
        const place = placeOf(snapshot.last);
        if (neededAt(stale, timeOf(place)) > item.version) continue;
        this.#compare(site, 'checkpoint-trust', snapshot);
        const fact = this.#factIn(place, until, (found) => this.#hidden(stale, item.version, found, until));
        if (fact) differ(site, 'checkpoint-trust', `the fact at ${fact.place}`, `nothing until ${until}`);
      }
    }
  }

  #compare(site: Site, invariant: 'checkpoint-truth' | 'checkpoint-trust', snapshot: Snapshot): void {
    this.compared += 1;
    checkState(site, this.unfolding.productId, snapshot);
    const expected = this.unfolding.through(placeOf(snapshot.last));
    if (!sameSnapshot(snapshot, expected)) differ(site, invariant, expected, snapshot);
  }

  /** The first fact between two places, both left out. */
  #factIn(
    place: string,
    until: string | null,
    matters: (slot: Slot) => boolean = () => true,
  ): Slot | undefined {
    const { slots } = this.unfolding;
    for (let index = this.unfolding.indexOf(place); index < slots.length; index += 1) {
      const slot = slots[index] as Slot;
      if (until !== null && slot.place >= until) return undefined;
      if (slot.place > place && slot.fact && matters(slot)) return slot;
    }
    return undefined;
  }

  /** A question between the fact and the end of the gap would be answered from the checkpoint, without the fact. */
  #hidden(stale: Stale, version: number, { place }: Slot, until: string | null): boolean {
    const [from, to] = [timeOf(place), until === null ? Infinity : timeOf(until)];
    const moments = [from, ...stale.map((span) => span.from).filter((start) => start > from && start <= to)];
    return moments.some((moment) => {
      const span = spanAt(stale, moment);
      return span !== undefined && span.version <= version;
    });
  }
}

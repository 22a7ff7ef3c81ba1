import { assert, positionKey, type Content, type Judged, type StateAt } from '@hindsight/bitemporal';
import { intervalAt, neededAt, type Invalidated } from '../../read/validity';
import { snapshotKey, timeIn } from '../../storage/keys';
import { readSnapshot, type Snapshot, type SnapshotItem } from '../../storage/snapshots';
import type { Audit } from './audit';
import { differ, type Site } from './report';
import { checkState } from './stored-states';
import { sameStateAt, type Slot, type Unfolding } from './unfolding';

const timeOf = (position: string): number => Date.parse(timeIn(position));

/** From each state of a snapshot to the next one, or to the position that it names for the next event. */
const gapsOf = <State>({ states, next }: Snapshot<State>) =>
  states.map((state, index) => {
    const following = states[index + 1];
    return { state, until: following ? positionKey(following.last) : next };
  });

/** The caches: each must be true of the log as it was made, and of the log as it is wherever it is trusted. */
export class Snapshots<State extends Judged, Event extends Content> {
  read = 0;
  unusable = 0;
  compared = 0;
  /** By the version that they include; bodies stay text until their turn. */
  readonly #items = new Map<number, SnapshotItem[]>();

  constructor(
    readonly unfolding: Unfolding<State, Event>,
    readonly audit: Audit<State, Event> | undefined,
  ) {}

  add(item: SnapshotItem): void {
    this.read += 1;
    if (readSnapshot(this.unfolding.domain, item) === undefined) {
      this.unusable += 1;
      return;
    }
    this.#items.set(item.version, [...(this.#items.get(item.version) ?? []), item]);
  }

  /** Versions past the last event read that snapshots include: made since, or never. */
  ahead(version: number): readonly { readonly sk: string; readonly version: number }[] {
    return [...this.#items].filter(([included]) => included > version).flatMap(([, items]) => items);
  }

  #content(item: SnapshotItem): Snapshot<State> {
    const snapshot = readSnapshot(this.unfolding.domain, item);
    assert(snapshot !== undefined, 'only snapshots that can be read are kept');
    return snapshot;
  }

  /** When the history has reached a version: what was made from it must equal it. */
  made(version: number): void {
    for (const item of this.#items.get(version) ?? []) {
      const snapshot = this.#content(item);
      const site: Site = { item: item.sk, version };
      const first = snapshot.states[0];
      if (first && item.sk !== snapshotKey(positionKey(first.last)))
        differ(site, 'snapshot-truth', snapshotKey(positionKey(first.last)), item.sk);
      for (const { state, until } of gapsOf(snapshot)) {
        this.#compare(site, 'snapshot-truth', state);
        const slot = this.#slotIn(positionKey(state.last), until);
        if (slot) differ(site, 'snapshot-truth', `the event at ${slot.position}`, `nothing until ${until}`);
        if (until !== null && !this.unfolding.slotAt(until)?.effective)
          differ(site, 'snapshot-truth', `no event at ${until}`, 'one is named there');
      }
    }
  }

  /** At the end: what a reader of the whole log would take from them. */
  finish(version: number, invalidated: Invalidated): void {
    for (const item of [...this.#items.values()].flat().filter((made) => made.version <= version)) {
      const snapshot = this.#content(item);
      const site: Site = { item: item.sk, version: item.version };
      for (const { state, until } of gapsOf(snapshot)) {
        const position = positionKey(state.last);
        if (neededAt(invalidated, timeOf(position)) > item.version) continue;
        this.#compare(site, 'snapshot-trust', state);
        const isHidden = (slot: Slot<State, Event>) => this.#isHidden(invalidated, item.version, slot, until);
        const hidden = this.#slotIn(position, until, isHidden);
        if (hidden)
          differ(site, 'snapshot-trust', `the event at ${hidden.position}`, `nothing until ${until}`);
      }
    }
  }

  #compare(site: Site, invariant: 'snapshot-truth' | 'snapshot-trust', state: StateAt<State>): void {
    this.compared += 1;
    checkState(site, this.unfolding, this.audit, state);
    const expected = this.unfolding.through(positionKey(state.last));
    if (!sameStateAt(state, expected)) differ(site, invariant, expected, state);
  }

  /** The first event that counts between two positions, both left out. */
  #slotIn(
    position: string,
    until: string | null,
    matters: (slot: Slot<State, Event>) => boolean = () => true,
  ): Slot<State, Event> | undefined {
    const { slots } = this.unfolding;
    for (let index = this.unfolding.indexOf(position); index < slots.length; index += 1) {
      const slot = slots[index];
      if (slot === undefined || (until !== null && slot.position >= until)) return undefined;
      if (slot.position > position && slot.effective && matters(slot)) return slot;
    }
    return undefined;
  }

  /** A question between the event and the end of the gap would be answered from the snapshot, without the event. */
  #isHidden(
    invalidated: Invalidated,
    version: number,
    { position }: Slot<State, Event>,
    until: string | null,
  ): boolean {
    const [from, to] = [timeOf(position), until === null ? Infinity : timeOf(until)];
    const starts = invalidated.map((interval) => interval.from);
    return [from, ...starts.filter((start) => start > from && start <= to)].some((moment) => {
      const interval = intervalAt(invalidated, moment);
      return interval !== undefined && interval.version <= version;
    });
  }
}

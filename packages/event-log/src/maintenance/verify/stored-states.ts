import { placeKey, type Registry, type Snapshot } from '@hindsight/domain';
import { highOf, snapshotAtEvent, tipOf, type EventItem } from '../../storage/items';
import { timeIn } from '../../storage/keys';
import { covers, encodeStale, neededAt, type Stale } from '../../read/validity';
import { viewOf } from '../../read/known-log';
import { differ, type Site } from './report';
import { sameSnapshot, type Move, type StoredState, type Unfolding } from './unfolding';

/** An expectation that only the rest of the batch can meet: its events share one recorded time. */
interface Open {
  readonly site: Site;
  readonly high: string;
}

const timeOf = (place: string): number => Date.parse(timeIn(place));

/** A shortage shows in the state as one conflict, as deep as the quantity is below nothing; nothing else does. */
function checkConflicts(site: Site, { quantity, conflicts }: Snapshot['state']): void {
  const expected = quantity.startsWith('-')
    ? [{ rule: 'insufficient-stock', deficit: quantity.slice(1) }]
    : undefined;
  const found = conflicts?.map(({ rule, deficit }) => ({ rule, deficit }));
  if (JSON.stringify(found) !== JSON.stringify(expected))
    differ(site, 'conflict-visible', expected, conflicts);
}

/** What must be so of any state, whoever made it. */
export function checkState(site: Site, productId: string, { state }: Snapshot): void {
  const { quantity, status } = state;
  if (state.productId !== productId) differ(site, 'state-shape', productId, state.productId);
  // Sums may grow past what one event may bring, but they are written the same way.
  if (!/^(0|-?(0|[1-9]\d*)(\.\d*[1-9])?)$/.test(quantity) || quantity === '-0')
    differ(site, 'state-shape', 'a canonical decimal', quantity);
  const expected = quantity.startsWith('-') || quantity === '0' ? 'outOfStock' : 'available';
  if (status !== expected) differ(site, 'state-shape', expected, status);
  checkConflicts(site, state);
}

/** The states that events keep, and what they say of the states of others. */
export class StoredStates {
  compared = 0;
  ofOtherCode = 0;
  stale: Stale = [];
  #high = '';
  #recordedAt = '';
  /** The last event kept no state after all: its batch has to go on. */
  #tipless: Site | undefined;
  readonly #open: Open[] = [];

  constructor(
    readonly registry: Registry,
    readonly unfolding: Unfolding,
  ) {}

  /** After the history has taken the event in. @param broken states that it made wrong */
  event(item: EventItem, { inserted }: Move, broken: readonly StoredState[]): void {
    const site: Site = { item: item.sk, version: item.version };
    if (item.recordedAt !== this.#recordedAt) this.finish();
    this.#recordedAt = item.recordedAt;
    this.#checkHigh(site, item, inserted && placeKey(inserted.event));
    if (item.code === this.registry.reducersVersion) this.#checkStates(site, item, inserted);
    else this.ofOtherCode += (item.at ? 1 : 0) + (item.tip ? 1 : 0);
    this.#tipless = tipOf(item) === undefined ? site : undefined;
    this.#checkStale(site, item, broken);
  }

  #checkHigh(site: Site, item: EventItem, place: string | null): void {
    const own = place === null ? '' : timeIn(place);
    if (own > this.#high) this.#high = own;
    const high = highOf(item);
    const met = this.#open.filter((open) => open.high === this.#high);
    for (const open of met) this.#open.splice(this.#open.indexOf(open), 1);
    if (high < this.#high) differ(site, 'latest-effective-time', this.#high, high);
    // An event inside a batch knows of the whole batch.
    if (high > this.#high) this.#open.push({ site, high });
  }

  #checkStates(site: Site, item: EventItem, inserted: Move['inserted']): void {
    const { unfolding } = this;
    const tip = tipOf(item);
    const at = snapshotAtEvent(item);
    if (tip) checkState(site, item.productId, tip);
    if (at) {
      checkState(site, item.productId, at);
      this.compared += 1;
      const slot = inserted && unfolding.slotAt(placeKey(inserted.event));
      if (!slot) differ(site, 'state-at-event', 'no state: the event counts nowhere', at);
      if (!sameSnapshot(at, slot.snapshot)) differ(site, 'state-at-event', slot.snapshot, at);
      unfolding.keep(slot, item.version);
    }
    if (tip === undefined) return;
    this.compared += 1;
    if (!sameSnapshot(tip, unfolding.tip)) differ(site, 'state-after-all', unfolding.tip, tip);
  }

  #checkStale(site: Site, item: EventItem, broken: readonly StoredState[]): void {
    const before = this.stale;
    const { stale, high } = viewOf(this.registry, item);
    // Where no event stands yet, one in order may come to stand, of which what is stale before it knows nothing.
    const last = Date.parse(high);
    const ordered = stale.every(({ from, to }, index) => {
      const previous = stale[index - 1];
      return from <= to && to <= last && (previous === undefined || previous.to < from);
    });
    const expected = `spans of time in order and disjoint, none beyond ${high}`;
    if (!ordered) differ(site, 'stale-spans', expected, item.stale);
    this.stale = stale;
    // Where every moment asks for as much as before, what was covered still is.
    const suspects = covers(stale, before) ? broken : this.unfolding.wrong;
    for (const stored of suspects) {
      if (stored.right || neededAt(stale, timeOf(stored.slot.place)) > stored.version) continue;
      const { place } = stored.slot;
      const why = `a span over ${timeIn(place)} that asks for more than version ${stored.version}, whose stored state is not the fold's any more`;
      differ(site, 'stale-coverage', why, encodeStale(stale) || 'no span there');
    }
  }

  /** At the end of a batch, or of what may be one. */
  finish(): void {
    const [open] = this.#open;
    if (open !== undefined) differ(open.site, 'latest-effective-time', this.#high, open.high);
    if (this.#tipless !== undefined)
      differ(
        this.#tipless,
        'state-kept',
        'the last event of an append keeps the state that it led to',
        undefined,
      );
  }
}

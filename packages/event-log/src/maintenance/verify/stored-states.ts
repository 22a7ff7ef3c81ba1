import { positionKey, type Content, type Judged, type StateAt } from '@hindsight/bitemporal';
import { knownThrough } from '../../read/known-log';
import { covers, encodeInvalidated, neededAt, type Invalidated } from '../../storage/validity';
import { highWaterMarkOf, latestOf, stateAtEvent, type EventItem } from '../../storage/items';
import { timeIn } from '../../storage/keys';
import { isTrusted } from '../../storage/revision';
import type { Audit } from './audit';
import { differ, type Site } from './report';
import { sameStateAt, type KeptState, type Move, type Unfolding } from './unfolding';

/** An expectation that only the rest of the batch can meet: its events share one recorded time. */
interface Open {
  readonly site: Site;
  readonly highWaterMark: string;
}

const timeOf = (position: string): number => Date.parse(timeIn(position));

/** What must hold for any state, by any code: it shows every rule that it breaks, by how much, and no other. */
export function checkState<State extends Judged, Event extends Content>(
  site: Site,
  { domain, streamId }: Unfolding<State, Event>,
  audit: Audit<State, Event> | undefined,
  { state }: StateAt<State>,
): void {
  const violation = audit?.state(streamId, state);
  if (violation) differ(site, 'state-shape', violation.expected, violation.found);
  const broken = domain.invariants.flatMap(({ name: rule, breach }) => {
    const deficit = breach(state);
    return deficit === undefined ? [] : [{ rule, deficit }];
  });
  const shown = (state.conflicts ?? []).map(({ rule, deficit }) => ({ rule, deficit }));
  const empty = state.conflicts?.length === 0;
  if (empty || JSON.stringify(shown) !== JSON.stringify(broken))
    differ(site, 'conflict-visible', broken, state.conflicts);
}

/** The states that events keep, and what they say about the states of other events. */
export class StoredStates<State extends Judged, Event extends Content> {
  compared = 0;
  ofOtherCode = 0;
  invalidated: Invalidated = [];
  #highWaterMark = '';
  #recordedAt = '';
  /** The last event kept no latest state: its batch has to go on. */
  #withoutLatest: Site | undefined;
  readonly #open: Open[] = [];

  constructor(
    readonly unfolding: Unfolding<State, Event>,
    readonly audit: Audit<State, Event> | undefined,
  ) {}

  /** After the history has taken the event in. @param broken states that it made wrong */
  event(item: EventItem, { inserted }: Move<Event>, broken: readonly KeptState<State, Event>[]): void {
    const { domain } = this.unfolding;
    const site: Site = { item: item.sk, version: item.version };
    if (item.recordedAt !== this.#recordedAt) this.finish();
    this.#recordedAt = item.recordedAt;
    const position = inserted && positionKey(inserted.event);
    this.#checkHighWaterMark(site, item, position);
    if (isTrusted(domain, item.code)) this.#checkStates(site, item, position);
    else this.ofOtherCode += (item.at ? 1 : 0) + (item.tip ? 1 : 0);
    this.#withoutLatest = item.tip === undefined && item.at === undefined ? site : undefined;
    this.#checkInvalidated(site, item, broken);
  }

  #checkHighWaterMark(site: Site, item: EventItem, position: string | null): void {
    const own = position === null ? '' : timeIn(position);
    if (own > this.#highWaterMark) this.#highWaterMark = own;
    const highWaterMark = highWaterMarkOf(item);
    const met = this.#open.filter((open) => open.highWaterMark === this.#highWaterMark);
    for (const open of met) this.#open.splice(this.#open.indexOf(open), 1);
    if (highWaterMark < this.#highWaterMark)
      differ(site, 'latest-effective-time', this.#highWaterMark, highWaterMark);
    // An event inside a batch knows of the whole batch.
    if (highWaterMark > this.#highWaterMark) this.#open.push({ site, highWaterMark });
  }

  #checkStates(site: Site, item: EventItem, position: string | null): void {
    const { unfolding, audit } = this;
    const latest = latestOf(unfolding.domain, item);
    const at = stateAtEvent(unfolding.domain, item);
    if (latest) checkState(site, unfolding, audit, latest);
    if (at) {
      checkState(site, unfolding, audit, at);
      this.compared += 1;
      const slot = position === null ? undefined : unfolding.slotAt(position);
      if (!slot) differ(site, 'state-at-event', 'no state: the event counts nowhere', at);
      if (!sameStateAt(at, slot.state)) differ(site, 'state-at-event', slot.state, at);
      unfolding.keep(slot, item.version);
    }
    if (latest === undefined) return;
    this.compared += 1;
    if (!sameStateAt(latest, unfolding.latest)) differ(site, 'state-after-all', unfolding.latest, latest);
  }

  #checkInvalidated(site: Site, item: EventItem, broken: readonly KeptState<State, Event>[]): void {
    const before = this.invalidated;
    const { invalidated, highWaterMark } = knownThrough(this.unfolding.domain, item);
    // Beyond the last event, one in order may come, and intervals that lie before it do not include it.
    const last = Date.parse(highWaterMark);
    const ordered = invalidated.every(({ from, to }, index) => {
      const previous = invalidated[index - 1];
      return from <= to && to <= last && (previous === undefined || previous.to < from);
    });
    const expected = `intervals of time in order and disjoint, none beyond ${highWaterMark}`;
    if (!ordered) differ(site, 'invalidated-intervals', expected, item.stale);
    this.invalidated = invalidated;
    // If every moment asks for as much as before, what was covered still is.
    const suspects = covers(invalidated, before) ? broken : this.unfolding.wrong;
    for (const kept of suspects) {
      if (kept.right || neededAt(invalidated, timeOf(kept.slot.position)) > kept.version) continue;
      const { position } = kept.slot;
      const why = `an interval over ${timeIn(position)} that asks for more than version ${kept.version}, whose stored state the fold no longer gives`;
      differ(site, 'invalidated-coverage', why, encodeInvalidated(invalidated) || 'no interval there');
    }
  }

  /** At the end of a batch, or of what may be one. */
  finish(): void {
    const [open] = this.#open;
    if (open !== undefined)
      differ(open.site, 'latest-effective-time', this.#highWaterMark, open.highWaterMark);
    if (this.#withoutLatest === undefined) return;
    const expected = 'the last event of an append keeps the state that it led to';
    differ(this.#withoutLatest, 'state-kept', expected, undefined);
  }
}

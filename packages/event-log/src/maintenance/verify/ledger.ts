import {
  inKeyOrder,
  effectiveEventOf,
  positionKey,
  type Content,
  type Domain,
  type EffectiveEvent,
  type Judged,
  type Recorded,
} from '@hindsight/bitemporal';
import { contentHash } from '../../storage/content-hash';
import {
  recordedEventOf,
  storedContentOf,
  targetOf,
  type EventItem,
  type Target,
  type TombstoneItem,
} from '../../storage/items';
import { effectiveKey, eventKey, isListed, recordedKey, tombstoneKey } from '../../storage/keys';
import type { Audit } from './audit';
import { differ, type Site } from './report';
import type { Move } from './unfolding';

/** In UTC, with milliseconds, as the log writes it. */
const isTime = (text: string): boolean =>
  text.length === 24 && !Number.isNaN(Date.parse(text)) && new Date(text).toISOString() === text;

/** An event that corrections may target, and where it counts now. */
interface Entry {
  readonly target: Target;
  readonly correction: boolean;
  /** Null: nowhere. */
  position: string | null;
}

/**
 * The log itself: numbers, times, ids, contents, corrections, and the keys under which it is found. Tombstones
 * come first (they sort first); each correction removes its own from this map, and entries left over are orphans.
 */
export class Ledger<State extends Judged, Event extends Content> {
  version = 0;
  #recordedAt = '';
  /** The append that the last event belongs to. */
  #append = { first: 0, last: 0 };
  readonly #byId = new Map<string, Entry>();
  readonly #tombstones = new Map<string, TombstoneItem>();

  constructor(
    readonly domain: Domain<State, Event>,
    readonly streamId: string,
    readonly audit: Audit<State, Event> | undefined,
  ) {}

  tombstone(item: TombstoneItem): void {
    this.#tombstones.set(item.sk, item);
  }

  /** The next event. @returns what it does to the history */
  event(item: EventItem): Move<Event> {
    const site: Site = { item: item.sk, version: this.version + 1 };
    this.#order(site, item);
    const event = recordedEventOf(this.domain, item);
    this.#content(site, item, event);
    this.#identity(site, item, event);
    const move = this.#move(site, item, event);
    const position = move.inserted && positionKey(move.inserted.event);
    const key = position === null ? undefined : effectiveKey(position, item.version, 'event');
    if (item.effectiveKey !== key) differ(site, 'effective-key', key, item.effectiveKey);
    return move;
  }

  #order(site: Site, item: EventItem): void {
    const { sk, version, recordedAt } = item;
    const next = this.version + 1;
    if (sk !== eventKey(next)) differ(site, 'version-gapless', eventKey(next), sk);
    if (version !== next) differ(site, 'version-gapless', next, version);
    if (!isTime(recordedAt)) differ(site, 'recorded-order', 'a time in UTC with milliseconds', recordedAt);
    if (recordedAt < this.#recordedAt)
      differ(site, 'recorded-order', `not before ${this.#recordedAt}`, recordedAt);
    const key = isListed(next) ? recordedKey(recordedAt, next) : undefined;
    if (item.recordedKey !== key) differ(site, 'recorded-key', key, item.recordedKey);
    this.#extent(site, item);
    this.version = next;
    this.#recordedAt = recordedAt;
  }

  /** The events of one append agree on its first and last version, and on the time of recording. */
  #extent(site: Site, { version, recordedAt, first = version, last = version }: EventItem): void {
    const open = this.#append.last > this.version;
    const expected = open ? this.#append : { first: version, last: Math.max(last, version) };
    if (first !== expected.first || last !== expected.last)
      differ(site, 'append-extent', expected, { first, last });
    if (open && recordedAt !== this.#recordedAt) differ(site, 'append-extent', this.#recordedAt, recordedAt);
    this.#append = expected;
  }

  /** No more events come. */
  listed(): void {
    const { version } = this;
    const { last } = this.#append;
    if (last > version)
      differ({ item: eventKey(last), version: last }, 'append-extent', eventKey(last), undefined);
  }

  #content(site: Site, item: EventItem, event: Recorded<Event>): void {
    const { recordedAt, effectiveAt, carriedFrom, hash, batch } = item;
    const stored = storedContentOf(item);
    const { effectiveAt: sentAt } = stored as { readonly effectiveAt?: string };
    if (this.audit?.knows(event) === false)
      differ(site, 'event-known-type', 'a type that this code knows', event.eventType);
    if (effectiveAt !== (sentAt ?? recordedAt))
      differ(site, 'effective-time', sentAt ?? recordedAt, effectiveAt);
    const sent = { ...this.domain.codec.loadEvent(this.streamId, stored), eventId: item.idKey };
    const asSent = carriedFrom === undefined ? sent : { ...sent, effectiveAt: carriedFrom };
    const expected = contentHash(this.domain, asSent, batch);
    if (hash !== expected) differ(site, 'content-hash', expected, hash);
    const violation = this.audit?.event(this.streamId, sent);
    if (violation) differ(site, 'event-content', violation.expected, violation.found);
  }

  #identity(site: Site, item: EventItem, event: Recorded<Event>): void {
    const eventId = item.idKey;
    if (this.#byId.has(eventId)) differ(site, 'event-id-unique', `no second event ${eventId}`, eventId);
    const { effectiveAt, recordedAt, recordedBy } = item;
    this.#byId.set(eventId, {
      target: { eventId, version: item.version, effectiveAt, recordedAt, recordedBy },
      correction: this.domain.correction(event) !== undefined,
      position: positionKey(item),
    });
  }

  #move(site: Site, item: EventItem, event: Recorded<Event>): Move<Event> {
    const correction = this.domain.correction(event);
    if (correction === undefined) {
      if (item.target !== undefined) differ(site, 'correction-target', undefined, item.target);
      return { removed: null, inserted: effectiveEventOf(this.domain, event, event) };
    }
    const { targetEventId, replacement } = correction;
    const entry = this.#byId.get(targetEventId);
    if (entry === undefined || entry.target.version >= item.version)
      differ(site, 'correction-target', `an earlier event ${targetEventId}`, undefined);
    if (entry.correction)
      differ(site, 'correction-target', 'an event that is not a correction itself', targetEventId);
    if (JSON.stringify(inKeyOrder(targetOf(item))) !== JSON.stringify(inKeyOrder(entry.target)))
      differ(site, 'correction-target', entry.target, item.target);
    const inserted: EffectiveEvent<Event> | null = replacement
      ? effectiveEventOf(this.domain, entry.target, replacement, item.version)
      : null;
    const removed = entry.position;
    entry.position = inserted && positionKey(inserted.event);
    this.#checkTombstone(site, item, entry, removed);
    return { removed, inserted };
  }

  #checkTombstone(
    site: Site,
    { version }: EventItem,
    { target, position }: Entry,
    movedFrom: string | null,
  ): void {
    const sk = tombstoneKey(target.version, version);
    const key = movedFrom === null ? undefined : effectiveKey(movedFrom, version, 'tombstone');
    const expected = { version, target: target.version, movedTo: position ?? undefined, effectiveKey: key };
    const tombstone = this.#tombstones.get(sk);
    const found = tombstone && {
      version: tombstone.version,
      target: tombstone.target,
      movedTo: tombstone.movedTo,
      effectiveKey: tombstone.effectiveKey,
    };
    if (JSON.stringify(found) !== JSON.stringify(expected))
      differ({ ...site, item: sk }, 'correction-tombstone', expected, found);
    this.#tombstones.delete(sk);
  }

  /** What no event has removed, of those that existed when the check began. */
  finish(): void {
    for (const { sk, version, target } of this.#tombstones.values()) {
      if (!(version > this.version))
        differ({ item: sk, version }, 'correction-tombstone', `a correction of version ${target}`, undefined);
    }
  }

  /** What `finish` leaves open: items of versions past the last event read, written since, or orphans. */
  get ahead(): { readonly sk: string; readonly version: number }[] {
    return [...this.#tombstones.values()];
  }
}

import {
  factOf,
  loadContent,
  parseEvents,
  parseTime,
  placeKey,
  type ChangeContent,
  type EventReference,
  type ProductEvent,
  type Registry,
} from '@hindsight/domain';
import { contentHash } from '../../write/content-hash';
import { recordedEventOf, type EventItem, type IdItem, type MarkItem } from '../../storage/items';
import { inKeyOrder } from '../../storage/key-order';
import { effectiveKey, eventKey, idKey, markKey, recordedKey } from '../../storage/keys';
import { differ, type Site } from './report';
import type { Move } from './unfolding';

type Target = Omit<EventReference, 'eventType'> & { readonly recordedBy: string };

/** An event that corrections may target, and where it counts now. */
interface Entry {
  readonly target: Target;
  readonly correction: boolean;
  /** Null: nowhere. */
  place: string | null;
}

/**
 * The log itself: numbers, times, ids, contents, corrections, and the keys under which it is found. Items of ids
 * and marks come first (they sort first); each event takes its own away, and what is left at the end is nobody's.
 */
export class Ledger {
  version = 0;
  #recordedAt = '';
  /** The last event cannot be found by its time: one of the same append has to follow. */
  #unlisted = false;
  readonly #byId = new Map<string, Entry>();
  readonly #ids = new Map<string, IdItem>();
  readonly #marks = new Map<string, MarkItem>();

  constructor(
    readonly registry: Registry,
    readonly productId: string,
  ) {}

  id(item: IdItem): void {
    this.#ids.set(item.sk, item);
  }

  mark(item: MarkItem): void {
    this.#marks.set(item.sk, item);
  }

  /** The next event. @returns what it does to the history */
  event(item: EventItem): Move {
    const site: Site = { item: item.sk, version: this.version + 1 };
    this.#order(site, item);
    this.#content(site, item);
    this.#identity(site, item);
    const move = this.#move(site, item);
    const place = move.inserted && placeKey(move.inserted.event);
    const key = place === null ? undefined : effectiveKey(place, item.version, 'event');
    if (item.effectiveKey !== key) differ(site, 'effective-key', key, item.effectiveKey);
    return move;
  }

  #order(site: Site, { sk, version, recordedAt, recordedKey: key }: EventItem): void {
    const next = this.version + 1;
    if (sk !== eventKey(next)) differ(site, 'version-gapless', eventKey(next), sk);
    if (version !== next) differ(site, 'version-gapless', next, version);
    if (parseTime(recordedAt) !== recordedAt)
      differ(site, 'recorded-order', 'a time in UTC with milliseconds', recordedAt);
    if (recordedAt < this.#recordedAt)
      differ(site, 'recorded-order', `not before ${this.#recordedAt}`, recordedAt);
    if (recordedAt !== this.#recordedAt) this.listed();
    if (key !== undefined && key !== recordedKey(recordedAt, next))
      differ(site, 'recorded-key', recordedKey(recordedAt, next), key);
    this.version = next;
    this.#unlisted = key === undefined;
    this.#recordedAt = recordedAt;
  }

  /** No more events of the last append come. */
  listed(): void {
    const { version } = this;
    const key = recordedKey(this.#recordedAt, version);
    if (this.#unlisted) differ({ item: eventKey(version), version }, 'recorded-key', key, undefined);
  }

  #content(site: Site, { event, recordedAt, effectiveAt, hash, batch }: EventItem): void {
    const type = this.registry.get(event.eventType);
    if (type === undefined) differ(site, 'event-known-type', 'a type of the registry', event.eventType);
    if (effectiveAt !== (event.effectiveAt ?? recordedAt))
      differ(site, 'effective-time', event.effectiveAt ?? recordedAt, effectiveAt);
    const sent = {
      ...loadContent(event),
      productId: this.productId,
      eventCategory: 'inventory',
    } as ProductEvent;
    if (hash !== contentHash(sent, batch)) differ(site, 'content-hash', contentHash(sent, batch), hash);
    // Older contents are upcast on read; what they must look like is not known any more.
    if (event.schemaVersion === type.schemaVersion) this.#normalised(site, sent);
  }

  /** Normalising a content that is normalised changes nothing. */
  #normalised(site: Site, sent: ProductEvent): void {
    const { productId } = this;
    const replacement = sent['replacement'] as ChangeContent | undefined;
    const replaced = replacement && this.registry.get(replacement.eventType);
    if (replacement && replaced?.schemaVersion !== replacement.schemaVersion) return;
    const parsed = parseEvents(this.registry, sent, { productId, newId: () => '' });
    const [again] = parsed.ok ? parsed.events : [];
    if (!parsed.ok) differ(site, 'event-content', 'a valid event', parsed.errors);
    if (JSON.stringify(inKeyOrder(again)) !== JSON.stringify(inKeyOrder(sent)))
      differ(site, 'event-content', inKeyOrder(again), inKeyOrder(sent));
  }

  #identity(site: Site, item: EventItem): void {
    const { eventId, eventType } = item.event;
    if (this.#byId.has(eventId)) differ(site, 'event-id-unique', `no second event ${eventId}`, eventId);
    const key = idKey(eventId);
    const id = this.#ids.get(key);
    const expected = { version: item.version, hash: item.hash };
    if (id === undefined) differ({ ...site, item: key }, 'id-item', expected, undefined);
    const { version, hash } = id;
    if (version !== item.version || hash !== item.hash)
      differ({ ...site, item: key }, 'id-item', expected, { version, hash });
    this.#ids.delete(key);
    const { effectiveAt, recordedAt, recordedBy } = item;
    this.#byId.set(eventId, {
      target: { eventId, version: item.version, effectiveAt, recordedAt, recordedBy },
      correction: this.registry.get(eventType)?.kind === 'correction',
      place: placeKey(item),
    });
  }

  #move(site: Site, item: EventItem): Move {
    const event = recordedEventOf(item);
    const targetId = event['targetEventId'];
    if (this.registry.get(event.eventType)?.kind !== 'correction') {
      if (item.target !== undefined) differ(site, 'correction-target', undefined, item.target);
      return { removed: null, inserted: factOf(this.registry, event, event) };
    }
    const entry = this.#byId.get(targetId as string);
    if (entry === undefined || entry.target.version >= item.version)
      differ(site, 'correction-target', `an earlier event ${String(targetId)}`, undefined);
    if (entry.correction)
      differ(site, 'correction-target', 'an event that is not a correction itself', targetId);
    if (JSON.stringify(inKeyOrder(item.target)) !== JSON.stringify(inKeyOrder(entry.target)))
      differ(site, 'correction-target', entry.target, item.target);
    const replacement = event['replacement'] as ChangeContent | undefined;
    const inserted = replacement ? factOf(this.registry, entry.target, replacement) : null;
    const removed = entry.place;
    entry.place = inserted && placeKey(inserted.event);
    this.#checkMark(site, item, entry, removed);
    return { removed, inserted };
  }

  #checkMark(site: Site, { version }: EventItem, { target, place }: Entry, movedFrom: string | null): void {
    const sk = markKey(target.version, version);
    const key = movedFrom === null ? undefined : effectiveKey(movedFrom, version, 'mark');
    const expected = { version, target: target.version, movedTo: place, effectiveKey: key };
    const mark = this.#marks.get(sk);
    const found = mark && {
      version: mark.version,
      target: mark.target,
      movedTo: mark.movedTo,
      effectiveKey: mark.effectiveKey,
    };
    if (JSON.stringify(found) !== JSON.stringify(expected))
      differ({ ...site, item: sk }, 'correction-mark', expected, found);
    this.#marks.delete(sk);
  }

  /** What no event has taken away, of those that were there when the check began. */
  finish(): void {
    for (const { sk, version, hash } of this.#ids.values()) {
      if (!(version > this.version))
        differ({ item: sk, version }, 'id-item', 'an event with this id', { version, hash });
    }
    for (const { sk, version, target } of this.#marks.values()) {
      if (!(version > this.version))
        differ({ item: sk, version }, 'correction-mark', `a correction of version ${target}`, undefined);
    }
  }

  /** What `finish` lets stand: items of versions past the last event read, written since, or nobody's. */
  get ahead(): { readonly sk: string; readonly version: number }[] {
    return [...this.#ids.values(), ...this.#marks.values()];
  }
}

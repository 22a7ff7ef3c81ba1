import {
  comparePlaces,
  factOf,
  type ChangeContent,
  type Fact,
  type Overlay,
  type ProductEvent,
} from '@hindsight/domain';
import type { Entry, EventItem, IdItem, LoggedEvent, MarkItem, Target } from '../storage/items';
import { eventKey, idKey, LAST, markPrefix, placeOf } from '../storage/keys';
import type { Refusal } from '../types';
import type { Reading } from '../read/nearest-snapshot';
import type { View } from '../read/known-log';

/** An event with its version and times, and as it was sent. */
export interface Numbered {
  readonly event: LoggedEvent;
  readonly sent: ProductEvent;
  readonly hash: string;
  readonly batch?: string | undefined;
}

/** What a batch of events does to the history of a view. */
export interface Draft {
  readonly entries: readonly Entry[];
  readonly overlay: Overlay;
}

interface Located {
  readonly target: Target;
  /** Where it counts at present; null: nowhere. */
  readonly place: string | null;
}

const refuse = (index: number, targetEventId: string, why: string): Refusal => ({
  error: 'TargetNotFound',
  detail: `event ${targetEventId} ${why}, so it can't be corrected`,
  index,
  targetEventId,
});

/** The target of a correction and where it stands, as known through the view's version. */
async function locate({ store, registry }: Reading, view: View, eventId: string): Promise<Located | string> {
  const unknown = 'is not in the log of this product';
  const id = await store.get<IdItem>(view.productId, idKey(eventId));
  if (id === undefined || id.version > view.version) return unknown;
  const item = await store.get<EventItem>(view.productId, eventKey(id.version));
  if (item === undefined) return unknown;
  if (registry.get(item.event.eventType)?.kind === 'correction') return 'is a correction itself';
  const prefix = markPrefix(id.version);
  const range = { after: prefix, before: `${prefix}${LAST}`, backward: true, limit: 25 };
  let place: string | null = placeOf(item);
  search: for await (const marks of store.pages<MarkItem>(view.productId, range)) {
    for (const mark of marks) {
      if (mark.version > view.version) continue;
      place = mark.movedTo;
      break search;
    }
  }
  const { version, effectiveAt, recordedAt, recordedBy } = item;
  return { target: { eventId, version, effectiveAt, recordedAt, recordedBy }, place };
}

/**
 * What the events do to the history that the view knows.
 */
export async function draft(
  reading: Reading,
  view: View,
  events: readonly Numbered[],
): Promise<Draft | Refusal> {
  const drafting = new Drafting(reading, view);
  for (const [index, numbered] of events.entries()) {
    const { event } = numbered;
    if (reading.registry.get(event.eventType)?.kind === 'correction') {
      const problem = await drafting.correction(numbered);
      if (problem !== undefined) return refuse(index, event['targetEventId'] as string, problem);
    } else drafting.change(numbered);
  }
  return { entries: drafting.entries, overlay: drafting.overlay };
}

/** Builds the overlay event by event, so that a correction may target an event of its own batch. */
class Drafting {
  readonly entries: Entry[] = [];
  readonly #removed = new Set<string>();
  /** By the version of the event that counts there. */
  readonly #inserted = new Map<number, Fact>();
  readonly #located = new Map<string, Located>();

  constructor(
    readonly reading: Reading,
    readonly view: View,
  ) {}

  change(numbered: Numbered): void {
    const { event } = numbered;
    const fact = factOf(this.reading.registry, event, event);
    const place = placeOf(event);
    const { eventId, version, effectiveAt, recordedAt, recordedBy } = event;
    this.#inserted.set(version, fact);
    this.#located.set(eventId, { target: { eventId, version, effectiveAt, recordedAt, recordedBy }, place });
    this.entries.push({ ...numbered, place });
  }

  async correction(numbered: Numbered): Promise<string | undefined> {
    const { event } = numbered;
    const targetId = event['targetEventId'] as string;
    const located = this.#located.get(targetId) ?? (await locate(this.reading, this.view, targetId));
    if (typeof located === 'string') return located;
    const { target, place: from } = located;
    if (this.#inserted.has(target.version)) this.#inserted.delete(target.version);
    else if (from !== null) this.#removed.add(from);
    const replacement = event['replacement'] as ChangeContent | undefined;
    const fact = replacement && factOf(this.reading.registry, target, replacement);
    if (fact !== undefined) this.#inserted.set(target.version, fact);
    const place = fact === undefined ? null : placeOf(fact.event);
    this.#located.set(targetId, { target, place });
    this.entries.push({ ...numbered, target, movedFrom: from, place });
    return undefined;
  }

  get overlay(): Overlay {
    return {
      removed: this.#removed,
      inserted: [...this.#inserted.values()].sort((a, b) => comparePlaces(a.event, b.event)),
    };
  }
}

/**
 * The change set: what a batch of events does to the history that is known.
 *
 * The history of a stream is a list of effective events, ordered by position. The log records three kinds of news about
 * it: an event that counts, an event that no longer counts, and an event that counts with another content, perhaps at
 * another position. All three come down to the same two sets: positions at which an event stops counting (`removed`),
 * and effective events that count from now on (`inserted`). Retracting removes; correcting removes and inserts, and both
 * may be the same position.
 *
 * With this reduction the rest of the write path knows nothing of corrections. The comparison of the old and the new
 * history is one fold over the old events and the two sets, the first position of either is where histories differ, and
 * what has to be stored for a correction is its tombstone at the old position and its entry at the new one.
 *
 * A batch is built event by event, since a correction may target an event of its own batch, or one that an earlier
 * correction of the batch has moved already:
 *
 * - An event that was inserted by this batch and is corrected by it is not removed, for the old history never had it;
 *   its insertion is replaced.
 * - The position of a target is where its last correction put it. Each correction leaves a tombstone that names this
 *   position (`movedTo`), so the newest known tombstone of the target answers, in one request. Where a correction moves
 *   nothing to an earlier time, the page of events that is read anyway answers it: a target that was never corrected
 *   has no tombstone at its own position.
 * - Of several corrections of one target the last recorded one wins. Nothing has to be compared for that: the later one
 *   removes what the earlier one inserted.
 *
 * Why it is right: applying the events one by one to the definition of the history (bitemporal's `historyOf`) gives the
 * same list as removing and inserting by this set; the campaign of random histories compares exactly this.
 *
 * Source: difference sets of incremental view maintenance, "delete and insert deltas" (A. Gupta, I. Mumick, V.
 * Subrahmanian, Maintaining Views Incrementally, 1993).
 */
import {
  comparePositions,
  effectiveEventOf,
  type ChangeSet,
  type Content,
  type Correction,
  type EffectiveEvent,
  type Judged,
} from '@hindsight/bitemporal';
import type { ReadContext } from './context';
import { itemById } from './by-id';
import { eventsFrom, type FirstPage } from './first-page';
import type { KnownLog } from './known-log';
import {
  recordedEventOf,
  type EventItem,
  type Logged,
  type NewEvent,
  type Sent,
  type Target,
  type TombstoneItem,
} from '../storage/items';
import { LAST, positionKey, tombstonePrefix } from '../storage/keys';
import type { Refusal } from '../types';

/** An event with its version and times, and as it was sent; its hash includes the digest of its batch, if it has one. */
export interface Numbered<Event extends Content> {
  readonly event: Logged<Event>;
  readonly sent: Sent<Event>;
  readonly hash: string;
  readonly batch?: string | undefined;
}

/** The events of a batch with their positions, and what they do to the history. */
interface Change<Event extends Content> {
  readonly events: readonly NewEvent<Event>[];
  readonly changeSet: ChangeSet<Event>;
  /** A page of the history that was read on the way. */
  readonly page?: FirstPage<Event> | undefined;
}

interface Located {
  readonly target: Target;
  /** Where it counts at present; null: nowhere. */
  readonly position: string | null;
}

/** The page from its own position on, if it was read for that. */
type Found<Event extends Content> = Located & Pick<Change<Event>, 'page'>;

const refuse = (index: number, targetEventId: string, why: string): Refusal<never> => ({
  error: 'TargetNotFound',
  detail: `event ${targetEventId} ${why}`,
  index,
  targetEventId,
});

const UNKNOWN = "is not in this log, so it can't be corrected";
/** A correction can't be undone by another one of it, but by another one of its target. */
const itself = (target: string): string =>
  `is a correction itself, so it can't be corrected; correct event ${target} again instead: of several corrections the last one counts`;

/** The position that the newest known correction of an event gave to it; undefined: none is known. */
async function correctedPosition<State extends Judged, Event extends Content>(
  { store }: ReadContext<State, Event>,
  log: KnownLog<State>,
  version: number,
): Promise<string | null | undefined> {
  const prefix = tombstonePrefix(version);
  const range = { after: prefix, before: `${prefix}${LAST}`, backward: true, limit: 25 };
  for await (const tombstones of store.pages<TombstoneItem>(log.streamId, range)) {
    const newest = tombstones.find((tombstone) => tombstone.version <= log.version);
    if (newest !== undefined) return newest.movedTo ?? null;
  }
  return undefined;
}

/**
 * The target of a correction and its position, as known; a text: why it can't be corrected.
 * @param readsOn whether the events from the target on will be read, unless it was moved before
 */
async function locate<State extends Judged, Event extends Content>(
  context: ReadContext<State, Event>,
  log: KnownLog<State>,
  eventId: string,
  readsOn: (target: EventItem) => boolean,
): Promise<Found<Event> | string> {
  const { store, domain } = context;
  const item = await itemById(store, log.streamId, eventId);
  if (item === undefined || item.version > log.version) return UNKNOWN;
  const correction = domain.correction(recordedEventOf(domain, item));
  if (correction !== undefined) return itself(correction.targetEventId);
  const { version, effectiveAt, recordedAt, recordedBy } = item;
  const target = { eventId, version, effectiveAt, recordedAt, recordedBy };
  const own = positionKey(item);
  const page = readsOn(item) ? await eventsFrom(context, log, own) : undefined;
  if (page?.newest === version) return { target, position: own, page };
  const corrected = await correctedPosition(context, log, version);
  return { target, position: corrected === undefined ? own : corrected, page };
}

/** Builds the change set event by event. */
class ChangeSetBuilder<State extends Judged, Event extends Content> {
  readonly events: NewEvent<Event>[] = [];
  readonly #removed = new Set<string>();
  /** By the version of the event that counts there. */
  readonly #inserted = new Map<number, EffectiveEvent<Event>>();
  readonly #located = new Map<string, Located>();
  #page: FirstPage<Event> | undefined;

  constructor(
    readonly context: ReadContext<State, Event>,
    readonly log: KnownLog<State>,
    /** The batch has one event. */
    readonly isAlone: boolean,
  ) {}

  /** An event that counts itself. */
  add(numbered: Numbered<Event>): void {
    const { event } = numbered;
    const position = positionKey(event);
    const { eventId, version, effectiveAt, recordedAt, recordedBy } = event;
    this.#inserted.set(version, effectiveEventOf(this.context.domain, event, event));
    this.#located.set(eventId, {
      target: { eventId, version, effectiveAt, recordedAt, recordedBy },
      position,
    });
    this.events.push({ ...numbered, position });
  }

  /** @returns why the target can't be corrected */
  async correct(
    numbered: Numbered<Event>,
    { targetEventId, replacement }: Correction<Event>,
  ): Promise<string | undefined> {
    const own = this.events.find(({ event }) => event.eventId === targetEventId)?.target;
    if (own !== undefined) return itself(own.eventId);
    const located = this.#located.get(targetEventId) ?? (await this.#locate(targetEventId, replacement));
    if (typeof located === 'string') return located;
    const { target, position: movedFrom } = located;
    if (this.#inserted.has(target.version)) this.#inserted.delete(target.version);
    else if (movedFrom !== null) this.#removed.add(movedFrom);
    const { version } = numbered.event;
    const effective = replacement && effectiveEventOf(this.context.domain, target, replacement, version);
    if (effective !== undefined) this.#inserted.set(target.version, effective);
    const position = effective === undefined ? null : positionKey(effective.event);
    this.#located.set(targetEventId, { target, position });
    this.events.push({ ...numbered, target, movedFrom, position });
    return undefined;
  }

  async #locate(eventId: string, replacement: Event | undefined): Promise<Located | string> {
    // From the target on, unless its replacement comes before it.
    const readsOn = ({ effectiveAt }: EventItem): boolean =>
      this.isAlone && (replacement?.effectiveAt ?? effectiveAt) >= effectiveAt;
    const found = await locate(this.context, this.log, eventId, readsOn);
    if (typeof found !== 'string') this.#page = found.page;
    return found;
  }

  get change(): Change<Event> {
    const inserted = [...this.#inserted.values()].sort((a, b) => comparePositions(a.event, b.event));
    return { events: this.events, changeSet: { removed: this.#removed, inserted }, page: this.#page };
  }
}

/** What the events do to the history that is known. */
export async function changeSetOf<State extends Judged, Event extends Content>(
  context: ReadContext<State, Event>,
  log: KnownLog<State>,
  numbered: readonly Numbered<Event>[],
): Promise<Change<Event> | Refusal<State>> {
  const builder = new ChangeSetBuilder(context, log, numbered.length === 1);
  for (const [index, one] of numbered.entries()) {
    const correction = context.domain.correction(one.event);
    const problem = correction === undefined ? builder.add(one) : await builder.correct(one, correction);
    if (problem !== undefined) return refuse(index, correction?.targetEventId ?? '', problem);
  }
  return builder.change;
}

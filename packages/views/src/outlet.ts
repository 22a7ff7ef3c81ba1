/**
 * Events out: the entries of the feed, as CloudEvents, to a receiver that is not asked for its position.
 *
 * The position after the last delivered entry is kept with the views. A delivery that was interrupted, or that two
 * processes did at once, is repeated: at least once. The events of one product go out in their order: a round has one
 * event of each product at most, and the next round begins when this one is delivered. An entry that the receiver does not
 * take at any try is set aside, so that it does not stop the others; it remains in the feed.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { Control } from './control';
import type { FeedEntry, FeedPage, FeedQuery } from './feed-reader';
import type { ViewStore } from './store';

export interface OutgoingEvent {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  readonly type: 'hindsight.event.recorded' | 'hindsight.history.adjusted';
  readonly subject: string;
  readonly time: string;
  readonly datacontenttype: 'application/json';
  readonly data: unknown;
}

/** Delivers some events. @returns the indexes of those that were not taken */
export type Deliver = (events: readonly OutgoingEvent[]) => Promise<readonly number[]>;

export interface OutletOptions {
  readonly store: ViewStore;
  readonly views: { events(query: FeedQuery): Promise<FeedPage>; feedEnd(): Promise<string> };
  /** Names the receiver: each has a position of its own. */
  readonly name: string;
  readonly deliver: Deliver;
  /** Events of one delivery. */
  readonly atOnce: number;
  readonly wait?: (milliseconds: number) => Promise<unknown>;
  readonly onSetAside?: (event: OutgoingEvent) => void;
}

const PAGE = 100;
const TRIES = 5;
const FIRST_WAIT_MS = 100;

function eventsOf({ event, state, adjustment }: FeedEntry): OutgoingEvent[] {
  const { productId, version, recordedAt } = event;
  const base = {
    specversion: '1.0' as const,
    source: `/products/${encodeURIComponent(productId)}`,
    subject: productId,
    time: recordedAt,
    datacontenttype: 'application/json' as const,
  };
  const recorded = {
    ...base,
    id: `${productId}:${version}`,
    type: 'hindsight.event.recorded' as const,
    data: { event, state },
  };
  if (adjustment === undefined) return [recorded];
  const type = 'hindsight.history.adjusted' as const;
  return [
    recorded,
    { ...base, id: `${recorded.id}:adjusted`, type, data: { productId, version, adjustment } },
  ];
}

/** The events in rounds: each has one event of a product at most, and those of a product come in their order. */
function roundsOf(events: readonly OutgoingEvent[], atOnce: number): OutgoingEvent[][] {
  const rounds: OutgoingEvent[][] = [];
  const last = new Map<string, number>();
  for (const event of events) {
    let round = (last.get(event.subject) ?? -1) + 1;
    while ((rounds[round]?.length ?? 0) >= atOnce) round += 1;
    (rounds[round] ??= []).push(event);
    last.set(event.subject, round);
  }
  return rounds;
}

export class Outlet {
  readonly #control: Control;
  readonly #wait: (milliseconds: number) => Promise<unknown>;

  constructor(readonly options: OutletOptions) {
    this.#control = new Control(options.store);
    this.#wait = options.wait ?? delay;
  }

  get #note(): string {
    return `sent to ${this.options.name}`;
  }

  /**
   * Delivers what is new. The first call of a new receiver only notes where the feed ends: it gets what comes later.
   * @returns how many events went out
   */
  async deliver(): Promise<number> {
    const { views } = this.options;
    let after = await this.#control.note<string>(this.#note);
    if (after === undefined) {
      await this.#control.setNote(this.#note, await views.feedEnd());
      return 0;
    }
    let sent = 0;
    for (let hasMore = true; hasMore;) {
      const page: FeedPage = await views.events({ after, limit: PAGE });
      const events = page.entries.flatMap(eventsOf);
      for (const round of roundsOf(events, this.options.atOnce)) await this.#send(round);
      sent += events.length;
      if (page.next !== after) await this.#control.setNote(this.#note, page.next);
      after = page.next;
      ({ hasMore } = page);
    }
    return sent;
  }

  async #send(round: readonly OutgoingEvent[]): Promise<void> {
    let left = round;
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      if (attempt > 0) await this.#wait(Math.random() * FIRST_WAIT_MS * 2 ** attempt);
      const tried = left;
      const failed = await this.options.deliver(tried);
      left = tried.filter((_, index) => failed.includes(index));
      if (left.length === 0) return;
    }
    for (const event of left) this.options.onSetAside?.(event);
  }
}

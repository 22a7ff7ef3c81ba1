import { decide, type ProductEvent, type RecordedEvent } from '@hindsight/domain';
import { assert } from '../assert';
import { StoreUnavailableError } from '../storage/errors';
import type { StoredItem } from '../storage/store';
import { evaluate, type Evaluation } from './evaluate';
import { footingsOf } from './stored-states';
import { contentHash } from './content-hash';
import { eventItem, idItem, markItem, recordedEventOf, type EventItem, type IdItem } from '../storage/items';
import { eventKey, idKey, throughTime } from '../storage/keys';
import type { Numbered } from './change-set';
import type { AppendCommand, AppendedEvent, AppendResult, Refusal } from '../types';
import { snapshotBefore, type Reading } from '../read/nearest-snapshot';
import { snapshotAtTime } from '../read/state-at';
import { emptyView, headItem, itemAtVersion, viewOf, type View } from '../read/known-log';

/** What is to be done about an append, decided on the log as it was read. */
export type Plan =
  /** Write these, all or none; a lost race fails the whole, and a new plan is made. `repair`: stored states are or become stale. */
  | {
      readonly outcome: 'store';
      readonly items: readonly StoredItem[];
      /** Makes a repeated write of this very plan harmless. */
      readonly token: string;
      readonly result: AppendResult;
      readonly repair: boolean;
    }
  /** Nothing to write: a dry run, or a repetition of what the log holds. */
  | { readonly outcome: 'done'; readonly result: AppendResult }
  | { readonly outcome: 'refused'; readonly refusal: Refusal };

/** An event of the command, by the hash that a repetition must have. */
interface Hashed {
  readonly sent: ProductEvent;
  readonly hash: string;
}

const reused = ({ eventId }: ProductEvent, version?: number): Refusal => ({
  error: 'EventIdReused',
  detail: `event id ${eventId} is taken by an event with other content`,
  eventId,
  ...(version !== undefined && { version }),
});

const laterOf = (a: string, b: string): string => (a > b ? a : b);

/** A command's events, each once. */
function distinct(events: readonly ProductEvent[]): readonly Hashed[] | Refusal {
  const byId = new Map<string, Hashed>();
  for (const sent of events) {
    const hash = contentHash(sent);
    const twin = byId.get(sent.eventId);
    if (twin !== undefined && twin.hash !== hash) return reused(sent);
    byId.set(sent.eventId, twin ?? { sent, hash });
  }
  return [...byId.values()];
}

function numbered(view: View, sent: readonly Hashed[], recordedAt: string): Numbered[] {
  return sent.map(({ sent: event }, index) => {
    const effectiveAt = event.effectiveAt ?? recordedAt;
    return {
      event: { ...event, version: view.version + 1 + index, effectiveAt, recordedAt },
      sent: event,
    };
  });
}

const varianceOf = ({ comparison }: Evaluation, event: RecordedEvent): AppendedEvent => ({
  ...event,
  ...comparison.landings.get(event.version)?.findings,
});

export class Planner {
  constructor(
    readonly reading: Reading,
    readonly clock: () => Date,
    readonly newToken: () => string,
  ) {}

  /**
   * Decides what to do with an append. The first attempt reads the head only, one request for events in order:
   * that an id is new is a condition of the write. If the write failed, and before anything is refused, the ids are
   * looked up, so that a repetition is recognised before versions and rules are checked.
   *
   * If that lookup finds an event newer than the head we read, that head never coexisted with it: read the head
   * again and start over. Each look has to find one more id of the command than the look before, so there can't be
   * more looks than ids, and one.
   * @param attempt 0 for the first; later ones know that a write failed
   * @param hint the newest event as far as the caller knows; absent: it is read
   */
  async plan(command: AppendCommand, attempt = 0, hint?: EventItem): Promise<Plan> {
    const sent = distinct(command.events);
    if ('error' in sent) return { outcome: 'refused', refusal: sent };
    for (let look = 0; look <= sent.length; look += 1) {
      const plan = await this.#look(command, sent, attempt, look === 0 ? hint : undefined);
      if (plan !== undefined) return plan;
    }
    throw new StoreUnavailableError(`the head of ${command.productId} stays behind its own events`);
  }

  /** @returns undefined if the head that was read is outdated */
  async #look(
    command: AppendCommand,
    sent: readonly Hashed[],
    attempt: number,
    hint: EventItem | undefined,
  ): Promise<Plan | undefined> {
    const head = hint ?? (await headItem(this.reading.store, command.productId));
    const view = await this.#resolved(head, command.productId);
    if (attempt === 0 && !command.dryRun) {
      const plan = await this.#decide(command, view, sent, new Map());
      if (plan.outcome !== 'refused' || hint !== undefined) return plan;
    }
    if (view.version === 0) return this.#decide(command, view, sent, new Map());
    const known = await this.#known(command.productId, sent);
    if ('error' in known) return { outcome: 'refused', refusal: known };
    const fresh = sent.filter(({ sent: { eventId } }) => !known.has(eventId));
    if (fresh.length === 0) return { outcome: 'done', result: await this.#replayed(command, known) };
    if ([...known.values()].some(({ version }) => version > view.version)) return undefined;
    return this.#decide(command, view, fresh, known);
  }

  /** The head's view with its tip, folded where the code that stored it was other than this. */
  async #resolved(item: EventItem | undefined, productId: string): Promise<View> {
    if (item === undefined) return emptyView(productId);
    const view = viewOf(this.reading.registry, item);
    if (view.tip !== undefined) return view;
    return { ...view, tip: await snapshotBefore(this.reading, view, throughTime(view.high)) };
  }

  /** The events of the command that the log holds already, by id. */
  async #known(
    productId: string,
    sent: readonly Hashed[],
  ): Promise<ReadonlyMap<string, EventItem> | Refusal> {
    const { store } = this.reading;
    const ids = await store.getAll<IdItem>(
      productId,
      sent.map(({ sent: { eventId } }) => idKey(eventId)),
    );
    const byKey = new Map(ids.map((id) => [id.sk, id]));
    for (const { sent: event, hash } of sent) {
      const id = byKey.get(idKey(event.eventId));
      if (id !== undefined && id.hash !== hash) return reused(event, id.version);
    }
    const items = await store.getAll<EventItem>(
      productId,
      ids.map(({ version }) => eventKey(version)),
    );
    return new Map(items.map((item) => [item.event.eventId, item]));
  }

  async #decide(
    command: AppendCommand,
    view: View,
    fresh: readonly Hashed[],
    known: ReadonlyMap<string, EventItem>,
  ): Promise<Plan> {
    const { productId, expectedVersion, onConflict, dryRun, allowLate } = command;
    if (expectedVersion !== undefined && expectedVersion !== view.version) {
      const detail = `the product is at version ${view.version}, not ${expectedVersion}`;
      return {
        outcome: 'refused',
        refusal: { error: 'VersionConflict', detail, currentVersion: view.version },
      };
    }
    const recordedAt = laterOf(this.clock().toISOString(), view.recordedAt);
    const events = numbered(view, fresh, recordedAt);
    const evaluation = await evaluate(this.reading, view, events, { now: recordedAt, allowLate });
    if ('error' in evaluation) return { outcome: 'refused', refusal: evaluation };
    const { adjustment, adjusts, now, comparison } = evaluation;
    const decision = decide(comparison, onConflict);
    if (!decision.accepted) {
      const { rule, detail } = decision;
      return { outcome: 'refused', refusal: { error: 'RuleBroken', rule, detail, adjustment } };
    }
    const appended = new Map(events.map(({ event }) => [event.eventId, varianceOf(evaluation, event)]));
    const result: AppendResult = {
      productId,
      version: view.version + events.length,
      events: this.#inOrderOf(command, (id) => appended.get(id) ?? recorded(known, id)),
      state: now?.state ?? null,
      ...(adjusts && { adjustment }),
      replayed: false,
      dryRun,
    };
    if (dryRun) return { outcome: 'done', result };
    const items = this.#items(view, evaluation);
    const repair = !evaluation.inOrder || view.otherCode;
    return { outcome: 'store', items, token: this.newToken(), result, repair };
  }

  #items(view: View, evaluation: Evaluation): StoredItem[] {
    const footings = footingsOf(view, evaluation, this.reading.registry.reducersVersion);
    const { entries } = evaluation;
    return entries.flatMap((entry, index) => {
      const footing = footings[index];
      assert(footing !== undefined, 'every entry has stored states');
      const mark = markItem(entry);
      const last = index === entries.length - 1;
      return [eventItem(entry, footing, last), idItem(entry), ...(mark ? [mark] : [])];
    });
  }

  #inOrderOf(command: AppendCommand, find: (eventId: string) => AppendedEvent | undefined): AppendedEvent[] {
    const ids = [...new Set(command.events.map(({ eventId }) => eventId))];
    return ids.flatMap((id) => find(id) ?? []);
  }

  /** The first result again: what the log was before those events is in the log, so it is worked out anew. */
  async #replayed(command: AppendCommand, known: ReadonlyMap<string, EventItem>): Promise<AppendResult> {
    const { productId, dryRun } = command;
    const items = [...known.values()].sort((a, b) => a.version - b.version);
    const [first, last] = [items[0], items.at(-1)];
    assert(first !== undefined && last !== undefined, 'a repetition has at least one event in the log');
    const together =
      last.version - first.version === items.length - 1 && first.recordedAt === last.recordedAt;
    const evaluation = together ? await this.#asItWas(items, first) : undefined;
    const view = viewOf(this.reading.registry, last);
    const state = evaluation ? evaluation.now : await snapshotAtTime(this.reading, view, last.recordedAt);
    return {
      productId,
      version: last.version,
      events: this.#inOrderOf(command, (id) => {
        const event = recorded(known, id);
        return event && evaluation ? varianceOf(evaluation, event) : event;
      }),
      state: state?.state ?? null,
      ...(evaluation?.adjusts && { adjustment: evaluation.adjustment }),
      replayed: true,
      dryRun,
    };
  }

  async #asItWas(
    items: readonly EventItem[],
    { productId, version, recordedAt }: EventItem,
  ): Promise<Evaluation | undefined> {
    const before = await itemAtVersion(this.reading.store, productId, version - 1);
    const view = await this.#resolved(before, productId);
    const events = items.map((item): Numbered => {
      const event = recordedEventOf(item);
      return { event, sent: event };
    });
    const evaluation = await evaluate(this.reading, view, events, { now: recordedAt });
    return 'error' in evaluation ? undefined : evaluation;
  }
}

function recorded(known: ReadonlyMap<string, EventItem>, id: string): AppendedEvent | undefined {
  const item = known.get(id);
  return item && recordedEventOf(item);
}

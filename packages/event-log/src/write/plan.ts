import { decide, type ProductEvent } from '@hindsight/domain';
import { assert } from '../assert';
import { StoreUnavailableError } from '../storage/errors';
import type { StoredItem } from '../storage/store';
import { evaluate, type Evaluation } from './evaluate';
import { appendedEvent, eventsOf, firstResults, type FirstResult } from './first-results';
import { footingsOf } from './stored-states';
import { contentHash } from './content-hash';
import {
  eventItem,
  idItem,
  markItem,
  recordedEvent,
  storedContent,
  type EventItem,
  type IdItem,
} from '../storage/items';
import { eventKey, idKey, throughTime } from '../storage/keys';
import type { Numbered } from './change-set';
import type { AppendCommand, AppendedEvent, AppendResult, Refusal } from '../types';
import { snapshotBefore, type Reading } from '../read/nearest-snapshot';
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
  readonly batch: string | undefined;
}

const reused = ({ eventId }: ProductEvent, version?: number): Refusal => ({
  error: 'EventIdReused',
  detail: `event id ${eventId} is taken by an event with other content`,
  eventId,
  ...(version !== undefined && { version }),
});

const laterOf = (a: string, b: string): string => (a > b ? a : b);

/** A command's events, each once. */
function distinct({ events, keyed }: AppendCommand): readonly Hashed[] | Refusal {
  const byId = new Map<string, Hashed>();
  for (const sent of events) {
    const batch = keyed?.ids.includes(sent.eventId) ? keyed.batch : undefined;
    const hash = contentHash(sent, batch);
    const twin = byId.get(sent.eventId);
    if (twin !== undefined && twin.hash !== hash) return reused(sent);
    byId.set(sent.eventId, twin ?? { sent, hash, batch });
  }
  return [...byId.values()];
}

type Stamp = Pick<EventItem, 'recordedAt' | 'recordedBy'>;

function numbered(view: View, events: readonly Hashed[], stamp: Stamp): Numbered[] {
  return events.map((hashed, index) => {
    const { sent } = hashed;
    const effectiveAt = sent.effectiveAt ?? stamp.recordedAt;
    const recording = { ...stamp, effectiveAt, version: view.version + 1 + index };
    const event = recordedEvent({ productId: view.productId, event: storedContent(sent) }, recording);
    return { ...hashed, event };
  });
}

/** What an append answers, besides its events. */
const answerOf = ({ now, adjusts, adjustment }: Evaluation) => ({
  state: now?.state ?? null,
  ...(adjusts && { adjustment }),
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
    const sent = distinct(command);
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
    const events = numbered(view, fresh, { recordedAt, recordedBy: command.recordedBy });
    const evaluation = await evaluate(this.reading, view, events, { now: recordedAt, allowLate });
    if ('error' in evaluation) return { outcome: 'refused', refusal: evaluation };
    const { adjustment, comparison } = evaluation;
    const decision = decide(comparison, onConflict);
    if (!decision.accepted) {
      const { rule, detail } = decision;
      return { outcome: 'refused', refusal: { error: 'RuleBroken', rule, detail, adjustment } };
    }
    const appended = await this.#answered(known);
    for (const { event } of events) appended.set(event.eventId, appendedEvent(evaluation, event));
    const result: AppendResult = {
      productId,
      version: view.version + events.length,
      events: this.#inOrderOf(command, appended),
      ...answerOf(evaluation),
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

  #inOrderOf(command: AppendCommand, events: ReadonlyMap<string, AppendedEvent>): AppendedEvent[] {
    const ids = [...new Set(command.events.map(({ eventId }) => eventId))];
    return ids.flatMap((id) => events.get(id) ?? []);
  }

  /** Events that were in the log already, each as its own append answered it. */
  async #answered(known: ReadonlyMap<string, EventItem>): Promise<Map<string, AppendedEvent>> {
    const firsts = await this.#firstResults(known);
    return new Map(firsts.flatMap(eventsOf).map((event) => [event.eventId, event]));
  }

  #firstResults(known: ReadonlyMap<string, EventItem>): Promise<readonly FirstResult[]> {
    return firstResults(this.reading, known.values(), async (productId, version) => {
      const item = version === 0 ? undefined : await itemAtVersion(this.reading.store, productId, version);
      return this.#resolved(item, productId);
    });
  }

  /** The first result again: each event as its own append answered it, and the last of those appends as a whole. */
  async #replayed(command: AppendCommand, known: ReadonlyMap<string, EventItem>): Promise<AppendResult> {
    const { productId, dryRun } = command;
    const firsts = await this.#firstResults(known);
    const last = firsts.at(-1);
    const head = last?.items.at(-1);
    assert(last !== undefined && head !== undefined, 'a repetition has at least one event in the log');
    const events = new Map(firsts.flatMap(eventsOf).map((event) => [event.eventId, event]));
    return {
      productId,
      version: head.version,
      events: this.#inOrderOf(command, events),
      ...answerOf(last.evaluation),
      replayed: true,
      dryRun,
    };
  }
}

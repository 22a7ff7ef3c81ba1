import { assert, decide, type Content, type Judged } from '@hindsight/bitemporal';
import { versionsById } from '../read/by-id';
import type { ReadContext } from '../read/context';
import {
  emptyLog,
  headItem,
  isWhole,
  itemAtVersion,
  knownThrough,
  LOOKS,
  type KnownLog,
} from '../read/known-log';
import { stateBefore } from '../read/state-before';
import { StoreUnavailableError } from '../storage/errors';
import {
  eventItem,
  recordedEvent,
  storedContent,
  tombstoneItem,
  type EventItem,
  type Logged,
  type Sent,
} from '../storage/items';
import { eventKey, throughTime } from '../storage/keys';
import type { StoredItem } from '../storage/store';
import type { AppendCommand, AppendResult, Refusal } from '../types';
import type { Numbered } from '../read/change-set';
import { judgePeriod, type PlannerOptions } from './closed-period';
import { completedEvents } from './completing';
import { contentHash } from '../storage/content-hash';
import { evaluate, type Evaluation } from '../read/evaluate';
import { inRequest, noticesOf } from './notices';
import { remediesOf } from './remedies';
import { appendedEvent, firstResults, type FirstResult } from './first-results';
import { needsRepair, storedStatesOf } from './stored-states';

/** What is to be done about an append, decided on the log as it was read. */
export type Plan<State, Event extends Content> =
  /** Store these, all or none; a lost race fails the whole, and a new plan is made. */
  | {
      readonly outcome: 'store';
      readonly items: readonly StoredItem[];
      readonly result: AppendResult<State, Event>;
      /** Summaries are missing, or become outdated. */
      readonly repair: boolean;
    }
  /** Nothing to store: a dry run, or a repetition of what is in the log. */
  | { readonly outcome: 'done'; readonly result: AppendResult<State, Event> }
  | { readonly outcome: 'refused'; readonly refusal: Refusal<State> };

/** An event of the command, by the hash that a repetition must have. */
interface Hashed<Event extends Content> {
  readonly sent: Sent<Event>;
  readonly hash: string;
  readonly batch: string | undefined;
}

/** The events of a command that are in the log already, by id. */
type InLog = ReadonlyMap<string, EventItem>;

const reused = (eventId: string, version?: number): Refusal<never> => ({
  error: 'EventIdReused',
  detail: `event id ${eventId} is taken by an event with other content`,
  eventId,
  ...(version !== undefined && { version }),
});

const laterOf = (a: string, b: string): string => (a > b ? a : b);

/** What an append answers, besides its events. */
function answerOf<State, Event extends Content>(
  evaluation: Evaluation<State, Event>,
  command: AppendCommand<Event>,
) {
  const { now, adjusts, adjustment } = evaluation;
  const notices = noticesOf(evaluation, command);
  return {
    state: now?.state ?? null,
    ...(adjusts && { adjustment }),
    ...(notices.length > 0 && { notices }),
  };
}

const byId = <Event extends Content>(events: readonly Logged<Event>[]): Map<string, Logged<Event>> =>
  new Map(events.map((event) => [event.eventId, event]));

/** The events of a command, each once, in its order. */
function inOrderOf<Event extends Content>(
  command: AppendCommand<Event>,
  events: ReadonlyMap<string, Logged<Event>>,
): Logged<Event>[] {
  const ids = new Set(command.events.map(({ eventId }) => eventId));
  return [...ids].flatMap((id) => events.get(id) ?? []);
}

export class Planner<State extends Judged, Event extends Content> {
  constructor(
    readonly context: ReadContext<State, Event>,
    readonly clock: () => Date,
    readonly options: PlannerOptions,
  ) {}

  /** A planner whose clock shows that moment. */
  at(now: Date): Planner<State, Event> {
    return new Planner(this.context, () => now, this.options);
  }

  /**
   * Decides what to do with an append: reads the head, then looks for the ids of its events (by-id.ts), so that a
   * repetition is recognized before versions and rules are checked. The first attempt does not look for ids that the
   * server made for this very append: nothing can be stored under them yet.
   *
   * If that lookup finds an event newer than the head we read, that head never coexisted with it: read the head
   * again and start over. Each look has to find one more id of the command than the look before, so there can't be
   * more looks than ids, and one; and a few more while the newest append is only half visible.
   * @param attempt 0 for the first; later ones know that a write failed, and their own may have been the one before
   * @param hint the newest event as far as the caller knows; absent: it is read
   */
  async plan(command: AppendCommand<Event>, attempt = 0, hint?: EventItem): Promise<Plan<State, Event>> {
    const sent = this.#distinct(command);
    if ('error' in sent) return { outcome: 'refused', refusal: sent };
    for (let look = 0; look <= sent.length + LOOKS; look += 1) {
      const plan = await this.#look(command, sent, attempt, look === 0 ? hint : undefined);
      if (plan !== undefined) return plan;
    }
    throw new StoreUnavailableError(`the head of ${command.streamId} stays behind its own events`);
  }

  /** A command's events, each once. */
  #distinct({ events, keyed }: AppendCommand<Event>): readonly Hashed<Event>[] | Refusal<State> {
    const byId = new Map<string, Hashed<Event>>();
    for (const sent of events) {
      const batch = keyed?.ids.includes(sent.eventId) ? keyed.batch : undefined;
      const hash = contentHash(this.context.domain, sent, batch);
      const twin = byId.get(sent.eventId);
      if (twin !== undefined && twin.hash !== hash) return reused(sent.eventId);
      byId.set(sent.eventId, twin ?? { sent, hash, batch });
    }
    return [...byId.values()];
  }

  /** The events with their versions and times, as they would be recorded next. */
  #numbered(
    log: KnownLog<State>,
    events: readonly Hashed<Event>[],
    stamp: Pick<EventItem, 'recordedAt' | 'recordedBy'>,
  ): Numbered<Event>[] {
    const { domain } = this.context;
    return completedEvents(domain, log, events).map(({ sent, ...hashed }, index) => {
      const effectiveAt = sent.effectiveAt ?? stamp.recordedAt;
      const recording = { ...stamp, effectiveAt, version: log.version + 1 + index };
      return {
        ...{ ...hashed, sent },
        event: recordedEvent(domain, log.streamId, storedContent(domain, sent), recording),
      };
    });
  }

  /** @returns undefined if the head that was read is outdated */
  async #look(
    command: AppendCommand<Event>,
    sent: readonly Hashed<Event>[],
    attempt: number,
    hint: EventItem | undefined,
  ): Promise<Plan<State, Event> | undefined> {
    const { streamId, newIds = [] } = command;
    const head = hint ?? (await headItem(this.context.store, streamId));
    if (head === undefined) return this.#decide(command, emptyLog(streamId), sent, new Map());
    const mayBeInLog =
      attempt === 0 ? sent.filter(({ sent: { eventId } }) => !newIds.includes(eventId)) : sent;
    // An event of the newest append that can't be seen yet has an id that can't be seen either.
    const isUncertain = mayBeInLog.length > 0 && hint === undefined;
    if (isUncertain && !(await isWhole(this.context.store, head))) return undefined;
    const known = await this.#inLog(streamId, mayBeInLog);
    if ('error' in known) return { outcome: 'refused', refusal: known };
    const fresh = sent.filter(({ sent: { eventId } }) => !known.has(eventId));
    if (fresh.length === 0) return { outcome: 'done', result: await this.#deduplicated(command, known) };
    if ([...known.values()].some(({ version }) => version > head.version)) return undefined;
    return this.#decide(command, await this.#resolved(head, streamId), fresh, known);
  }

  /** The log through the head, with its latest state: folded if code that is not trusted stored it. */
  async #resolved(item: EventItem | undefined, streamId: string): Promise<KnownLog<State>> {
    if (item === undefined) return emptyLog(streamId);
    const log = knownThrough(this.context.domain, item);
    if (log.latest !== undefined) return log;
    return { ...log, latest: await stateBefore(this.context, log, throughTime(log.highWaterMark)) };
  }

  async #inLog(streamId: string, sent: readonly Hashed<Event>[]): Promise<InLog | Refusal<State>> {
    const { store } = this.context;
    const ids = sent.map(({ sent: { eventId } }) => eventId);
    const versions = await versionsById(store, streamId, ids);
    const items = await store.getAll<EventItem>(streamId, [...versions.values()].map(eventKey));
    const known = new Map(items.map((item) => [item.idKey, item]));
    for (const { sent: event, hash } of sent) {
      const item = known.get(event.eventId);
      if (item !== undefined && item.hash !== hash) return reused(event.eventId, item.version);
    }
    return known;
  }

  async #decide(
    command: AppendCommand<Event>,
    log: KnownLog<State>,
    fresh: readonly Hashed<Event>[],
    known: InLog,
  ): Promise<Plan<State, Event>> {
    const { streamId, expectedVersion, onConflict, dryRun, allowLate } = command;
    if (expectedVersion !== undefined && expectedVersion !== log.version) {
      const detail = `the current version is ${log.version}, not ${expectedVersion}`;
      return {
        outcome: 'refused',
        refusal: { error: 'VersionConflict', detail, currentVersion: log.version },
      };
    }
    const { domain } = this.context;
    const recordedAt = laterOf(this.clock().toISOString(), log.recordedAt);
    const numbered = this.#numbered(log, fresh, { recordedAt, recordedBy: command.recordedBy });
    const { events, refuse } = await judgePeriod(domain, this.options, command, numbered);
    const evaluation = await evaluate(this.context, log, events, {
      now: recordedAt,
      ...(allowLate === false && { toleranceMs: this.options.lateToleranceMs }),
      ...(refuse && { refuse }),
    });
    if ('error' in evaluation) return { outcome: 'refused', refusal: inRequest(evaluation, command, fresh) };
    const { adjustment, comparison } = evaluation;
    const decision = decide(domain, comparison, onConflict);
    if (!decision.accepted) {
      const { rule, detail } = decision;
      const [only, ...others] = evaluation.events;
      assert(only !== undefined, 'what is refused has an event');
      const remedies = others.length === 0 ? await remediesOf(this.context, log, only, rule) : undefined;
      const refusal = { error: 'RuleBroken', rule, detail, adjustment } as const;
      return { outcome: 'refused', refusal: { ...refusal, ...(remedies !== undefined && { remedies }) } };
    }
    const appended = byId((await this.#firstResults(known)).flatMap((first) => first.events));
    for (const { event } of events) appended.set(event.eventId, appendedEvent(evaluation, event));
    const result: AppendResult<State, Event> = {
      streamId,
      version: log.version + events.length,
      events: inOrderOf(command, appended),
      ...answerOf(evaluation, command),
      deduplicated: false,
      dryRun,
    };
    if (dryRun) return { outcome: 'done', result };
    const items = this.#items(log, evaluation);
    return { outcome: 'store', items, result, repair: needsRepair(this.context, log, evaluation) };
  }

  #items(log: KnownLog<State>, evaluation: Evaluation<State, Event>): StoredItem[] {
    const { streamId } = log;
    const states = storedStatesOf(log, evaluation);
    const { events } = evaluation;
    const extent = { first: log.version + 1, last: log.version + events.length };
    return events.flatMap((one, index) => {
      const stored = states[index];
      assert(stored !== undefined, 'every new event has stored states');
      const tombstone = tombstoneItem(streamId, one);
      const item = eventItem(this.context.domain, streamId, one, { ...stored, ...extent });
      return tombstone === undefined ? [item] : [item, tombstone];
    });
  }

  /** What the appends answered that brought the events that are in the log already. */
  #firstResults(known: InLog): Promise<readonly FirstResult<State, Event>[]> {
    return firstResults(this.context, known.values(), async (streamId, version) => {
      const item = version === 0 ? undefined : await itemAtVersion(this.context.store, streamId, version);
      return this.#resolved(item, streamId);
    });
  }

  /**
   * The first result again: each event as its own append answered it, and the last of those appends as a whole. If the
   * server made the ids, this very append stored the events, in an attempt whose answer got lost.
   */
  async #deduplicated(command: AppendCommand<Event>, known: InLog): Promise<AppendResult<State, Event>> {
    const { streamId, dryRun, newIds = [] } = command;
    const firsts = await this.#firstResults(known);
    const last = firsts.at(-1);
    const head = last?.items.at(-1);
    assert(last !== undefined && head !== undefined, 'a repetition has at least one event in the log');
    return {
      streamId,
      version: head.version,
      events: inOrderOf(command, byId(firsts.flatMap((first) => first.events))),
      ...answerOf(last.evaluation, command),
      deduplicated: !command.events.every(({ eventId }) => newIds.includes(eventId)),
      dryRun,
    };
  }
}

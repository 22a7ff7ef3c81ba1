import assert from 'node:assert/strict';
import type { Adjustment, Recorded } from '@hindsight/bitemporal';
import {
  AppendRefusedError,
  createEventLog,
  verifyStream,
  type AppendResult,
  type EventLog,
  type Refusal,
  type Store,
} from '@hindsight/event-log';
import { Damage } from '../history/damage';
import { KILLED, Mortality } from '../history/mortal';
import {
  CLOCK_START,
  timeOf,
  type AppendStep,
  type EventStep,
  type QueryStep,
  type Step,
} from '../history/steps';
import { accounts, type Account, type AccountEvent } from './account';
import { Naive } from './definition';

type Sent = AccountEvent & { readonly eventId: string };
type Answer = AppendResult<Account, AccountEvent> | Refusal<Account>;
type Log = readonly Recorded<AccountEvent>[];

/** The movement that a step of the inventory's histories stands for. */
function movementOf({
  eventType,
  moment,
  quantity,
}: EventStep['replacement']): Extract<AccountEvent, { cents: number }> {
  const effectiveAt = moment === undefined ? {} : { effectiveAt: timeOf(moment) };
  const deposits = eventType === 'productReceived' || eventType === 'productAdjusted';
  return {
    eventType: deposits ? 'deposited' : 'withdrawn',
    schemaVersion: 1,
    cents: quantity,
    ...effectiveAt,
  };
}

/** Plays one random history with the log of an account, and fails at the first answer that differs from the definition. */
export class AccountHistory {
  readonly #log: EventLog<Account, AccountEvent>;
  readonly #naive: Naive<Account, AccountEvent>;
  readonly #damage: Damage;
  readonly #mortality = new Mortality();
  readonly #sent: Sent[] = [];
  #recorded: Log = [];
  #clock = CLOCK_START;
  #nextId = 0;

  constructor(
    readonly store: Store,
    readonly streamId: string,
  ) {
    this.#naive = new Naive(accounts, streamId);
    this.#damage = new Damage(store, streamId);
    const clock = () => new Date(timeOf(this.#clock));
    const sizes = { shape: { run: 2, node: 3, root: 2 }, ahead: 2, nearby: 1 };
    this.#log = createEventLog({ store: this.#mortality.over(store), domain: accounts, clock, sizes });
  }

  async run(steps: readonly Step[]): Promise<void> {
    for (const step of steps) {
      if (step.kind === 'append') await this.#append(step);
      else if (step.kind === 'query') await this.#query(step);
      else if (step.kind === 'timeline') await this.#timeline(step.limit, step.direction);
      else if (step.kind === 'damage') await this.#damage.do(step.how, step.which);
      else await this.#repair(step.budget, step.diesAfter);
    }
    for (let moment = 0; moment < 16; moment += 5) await this.#ask({ asOf: timeOf(moment) });
    const { difference } = await verifyStream({ store: this.store, domain: accounts }, this.streamId);
    assert.equal(difference, undefined, JSON.stringify(difference));
  }

  async #repair(budget: number, diesAfter = Infinity): Promise<void> {
    this.#mortality.life = diesAfter;
    await this.#log.repair(this.streamId, budget).catch((error: unknown) => {
      if (!(error instanceof Error && error.message === KILLED)) throw error;
    });
    this.#mortality.life = Infinity;
  }

  #event(step: EventStep): Sent {
    const old = step.again && this.#sent[step.again.of];
    if (old !== undefined && step.again?.changed === false) return old;
    const eventId = `e${(this.#nextId += 1)}`;
    if (!step.eventType.startsWith('event')) return { eventId, ...movementOf(step) };
    const replacement = step.eventType === 'eventCorrected' && { replacement: movementOf(step.replacement) };
    return {
      eventId,
      eventType: 'corrected',
      schemaVersion: 1,
      targetEventId: `e${step.target}`,
      ...replacement,
    };
  }

  /** The log after the events, by the definition; undefined: a target does not exist. */
  #after(fresh: readonly Sent[]): Log | undefined {
    const last = this.#recorded.at(-1)?.recordedAt ?? '';
    const clock = timeOf(this.#clock);
    const recordedAt = clock > last ? clock : last;
    const all = [...this.#recorded];
    for (const event of fresh) {
      if (event.eventType === 'corrected') {
        const target = all.find(({ eventId }) => eventId === event.targetEventId);
        if (target === undefined || target.eventType === 'corrected') return undefined;
      }
      all.push({
        ...event,
        version: all.length + 1,
        recordedAt,
        recordedBy: 'teller',
        effectiveAt: event.effectiveAt ?? recordedAt,
      });
    }
    return all;
  }

  async #append(step: AppendStep): Promise<void> {
    this.#clock += step.tick;
    const { onConflict, dryRun, expected } = step;
    const events = step.events.map((event) => this.#event(event));
    this.#sent.push(...events);
    const back = expected === undefined ? undefined : Math.max(0, this.#recorded.length - expected);
    const answer = await this.#log
      .append({
        streamId: this.streamId,
        events,
        recordedBy: 'teller',
        onConflict,
        dryRun,
        ...(back !== undefined && { expectedVersion: back }),
      })
      .catch((error: unknown) => {
        if (error instanceof AppendRefusedError) return error.refusal as Refusal<Account>;
        throw error;
      });
    const known = new Set(this.#recorded.map(({ eventId }) => eventId));
    const distinct = [...new Map(events.map((event) => [event.eventId, event])).values()];
    const fresh = distinct.filter(({ eventId }) => !known.has(eventId));
    const all = this.#after(fresh);
    if (fresh.length === 0) assert.equal('deduplicated' in answer && answer.deduplicated, true);
    else if (back !== undefined && back !== this.#recorded.length) this.#refused(answer, 'VersionConflict');
    else if (all === undefined) this.#refused(answer, 'TargetNotFound');
    else this.#judged(answer, step, all);
  }

  #refused(answer: Answer, error: string): void {
    assert.equal('error' in answer && answer.error, error, JSON.stringify(answer));
  }

  /** What was stored, or was refused for a rule. */
  #judged(answer: Answer, { onConflict, dryRun }: AppendStep, all: Log): void {
    const old = this.#recorded;
    const conflicts = this.#naive.conflicts(old, all);
    if (conflicts.length > 0 && onConflict === 'reject') this.#refused(answer, 'RuleBroken');
    else assert.ok(!('error' in answer), JSON.stringify(answer));
    const adjustment = 'adjustment' in answer ? answer.adjustment : undefined;
    if (adjustment) this.#sameAdjustment(adjustment, old, all, conflicts);
    if ('error' in answer) return;
    assert.equal(answer.version, all.length);
    assert.deepEqual(answer.state, this.#naive.stateAt(all, all.at(-1)?.recordedAt ?? ''));
    if (!dryRun) this.#recorded = all;
  }

  #sameAdjustment(actual: Adjustment<Account>, old: Log, all: Log, conflicts: readonly unknown[]): void {
    const now = all.at(-1)?.recordedAt ?? '';
    assert.deepEqual(actual.before, this.#naive.stateAt(old, now), 'before');
    assert.deepEqual(actual.after, this.#naive.stateAt(all, now), 'after');
    assert.deepEqual(actual.changes, this.#naive.changes(old, all), 'changes');
    const plain = actual.conflicts.map(({ first, deepest, ...conflict }) => conflict);
    assert.deepEqual(plain, conflicts, 'conflicts');
  }

  #query({ asOf, known }: QueryStep): Promise<void> {
    return this.#ask({
      ...(asOf !== undefined && { asOf: timeOf(asOf) }),
      ...(known?.by === 'time' && { knownAt: timeOf(known.at) }),
      ...(known?.by === 'version' && { version: Math.max(1, this.#recorded.length - known.back) }),
    });
  }

  async #ask(moment: { asOf?: string; knownAt?: string; version?: number }): Promise<void> {
    const { knownAt, version = Infinity } = moment;
    const known = this.#recorded.filter(
      (event) => event.recordedAt <= (knownAt ?? '~') && event.version <= version,
    );
    const answer = await this.#log.stateAt(this.streamId, moment);
    const now = timeOf(this.#clock);
    const newest = known.at(-1)?.recordedAt ?? '';
    const right = this.#naive.stateAt(known, moment.asOf ?? (now > newest ? now : newest));
    assert.deepEqual(answer.found ? answer.state : null, right, JSON.stringify(moment));
    if (answer.found) assert.equal(answer.version, known.length);
  }

  async #timeline(limit: number, direction: 'forward' | 'backward'): Promise<void> {
    const seen: unknown[] = [];
    for (let after: string | undefined; ;) {
      const options = { direction, limit, ...(after !== undefined && { after }) };
      const page = await this.#log.timeline(this.streamId, options);
      for (const { event, state } of page?.entries ?? []) {
        const { correctedBy, original, ...last } = event;
        seen.push({ state, last: { ...last, ...(correctedBy && { correction: correctedBy.version }) } });
      }
      after = page?.next;
      if (after === undefined) break;
    }
    const right = this.#naive.timeline(this.#recorded);
    assert.deepEqual(seen, direction === 'forward' ? right : right.toReversed(), 'timeline');
  }
}

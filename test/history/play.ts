import assert from 'node:assert/strict';
import { parseEvents, registry, type ProductEvent } from '@hindsight/domain';
import { AppendRefusedError, type Sizes, type Store } from '@hindsight/event-log';
import { createProductLog, type AppendResult, type ProductLog, type Refusal } from '@hindsight/workflow';
import { LIMITS } from '@hindsight/bitemporal';
import { historyOf, shown, snapshotAt } from '../support/definition';
import { Damage } from './damage';
import { KILLED, Mortality } from './mortal';
import { Model, type Expected } from './model';
import { checkRemedies, type Broken } from './trial';
import {
  CLOCK_START,
  TOLERANCE_MS,
  timeOf,
  type AppendStep,
  type EventStep,
  type QueryStep,
  type Step,
} from './steps';

/** Histories are short: with these, one of a dozen events has a tree of several levels, and is answered from it. */
const SMALL: Sizes = {
  shape: { run: 2, node: 3, root: 2 },
  ahead: 2,
  nearby: 1,
  limits: { listed: 1, counted: 4 },
};

/** Plays one history against the log and the model, and fails at the first answer that differs. */
export class Play {
  readonly #model = new Model();
  readonly #log: ProductLog;
  readonly #sent: ProductEvent[] = [];
  readonly #damage: Damage;
  readonly #mortality = new Mortality();
  #clock = CLOCK_START;
  #nextId = 0;
  #nextTry = 0;
  /** Shipments that were refused, and whose remedies were tried. */
  refusedShipments = 0;

  constructor(
    readonly store: Store,
    readonly productId: string,
    readonly sizes: Partial<Sizes> = SMALL,
  ) {
    this.#damage = new Damage(store, productId);
    const how = { clock: () => new Date(timeOf(this.#clock)), lateToleranceMs: TOLERANCE_MS, sizes };
    this.#log = createProductLog({ store: this.#mortality.over(store), ...how });
  }

  async run(steps: readonly Step[]): Promise<void> {
    for (const step of steps) await this.#step(step);
    await this.#everyMoment();
  }

  async #step(step: Step): Promise<void> {
    if (step.kind === 'append') return this.#append(step);
    if (step.kind === 'query') return this.#query(step);
    if (step.kind === 'timeline') return this.#timeline(step.limit, step.direction);
    if (step.kind === 'damage') return this.#damage.do(step.how, step.which);
    this.#mortality.life = step.diesAfter ?? Infinity;
    await this.#log.repair(this.productId, step.budget).catch((error: unknown) => {
      if (!(error instanceof Error && error.message === KILLED)) throw error;
    });
    this.#mortality.life = Infinity;
  }

  #content(step: EventStep | EventStep['replacement']): Record<string, unknown> {
    const { eventType, moment, quantity, attribute } = step;
    return {
      eventType,
      ...(moment !== undefined && { effectiveAt: timeOf(moment) }),
      ...(eventType !== 'productAdjusted' && { quantity: quantity % 3 === 0 ? quantity - 0.5 : quantity }),
      ...(eventType === 'productAdjusted' && { unitPrice: ['$1', '2', '3 EUR'][attribute] }),
      ...(eventType === 'productAdjusted' && attribute === 2 && { name: 'thing', reorderPoint: quantity }),
      ...(eventType === 'quantityAdjusted' && {
        quantity: attribute === 0 ? -quantity : quantity,
        reason: 'found',
      }),
      ...(eventType === 'productReceived' &&
        attribute > 0 && { unitPrice: attribute, color: `color ${attribute}` }),
    };
  }

  #event(step: EventStep): ProductEvent {
    const old = step.again && this.#sent[step.again.of];
    if (old !== undefined && step.again) return step.again.changed ? { ...old, reason: 'changed' } : old;
    const { eventType, moment, target, replacement } = step;
    const corrects = eventType === 'eventCorrected' || eventType === 'eventRetracted';
    const body = corrects
      ? {
          eventType,
          ...(moment !== undefined && { effectiveAt: timeOf(moment) }),
          targetEventId: `e${target}`,
          ...(eventType === 'eventCorrected' && { replacement: this.#content(replacement) }),
        }
      : this.#content(step);
    return this.#parsed({ eventId: `e${this.#nextId++}`, ...body });
  }

  #parsed(body: object): ProductEvent {
    const parsed = parseEvents(registry, body, { productId: this.productId, newId: () => '' });
    assert(parsed.ok, JSON.stringify(parsed));
    const [event] = parsed.events;
    assert(event);
    return event;
  }

  async #append(step: AppendStep): Promise<void> {
    this.#clock += step.tick;
    const events = step.events.map((event) => this.#event(event));
    const expectedVersion =
      step.expected === undefined ? undefined : Math.max(0, this.#model.log.length - step.expected);
    const { onConflict, dryRun, allowLate } = step;
    const asked = { events, onConflict, dryRun, ...(expectedVersion !== undefined && { expectedVersion }) };
    const before = this.#model.log.length;
    const toleranceMs = allowLate ? undefined : TOLERANCE_MS;
    const expected = this.#model.append({ ...asked, toleranceMs }, timeOf(this.#clock));
    this.#sent.push(...events.filter(({ eventId }) => !this.#sent.some((sent) => sent.eventId === eventId)));
    let result: AppendResult | undefined;
    try {
      result = await this.#log.append({
        productId: this.productId,
        recordedBy: 'tester',
        allowLate,
        ...asked,
      });
    } catch (error) {
      if (!(error instanceof AppendRefusedError)) throw error;
      const refusal = error.refusal as Refusal;
      assert.equal(refusal.error, expected.outcome, 'refusal');
      if (refusal.error !== 'RuleBroken') return;
      this.#sameAdjustment(refusal.adjustment, expected);
      await this.#checkRemedies(events, refusal);
      return;
    }
    assert.equal(
      result.deduplicated ? 'replayed' : result.dryRun ? 'dryRun' : 'stored',
      expected.outcome,
      'outcome',
    );
    if (expected.outcome === 'replayed') return;
    assert.deepEqual(result.state, expected.state, 'state after the append');
    assert.equal(result.version, expected.version, 'version after the append');
    const late = before > 0 && result.adjustment !== undefined;
    if (late && result.adjustment) this.#sameAdjustment(result.adjustment, expected);
    if (!late)
      assert.deepEqual(
        expected.adjustment?.changes.filter(({ from }) => this.#wasPast(from, before)),
        [],
        'no adjustment',
      );
  }

  async #checkRemedies(events: readonly ProductEvent[], refusal: Broken): Promise<void> {
    const isChecked = await checkRemedies(events, refusal, {
      ...{ store: this.store, log: this.#log, model: this.#model, productId: this.productId },
      now: timeOf(this.#clock),
      parsed: (body) => this.#parsed({ eventId: `try ${this.#nextTry++}`, ...body }),
    });
    if (isChecked) this.refusedShipments += 1;
  }

  /** Before the time of an event that existed before the append. */
  #wasPast(from: string, before: number): boolean {
    const old = historyOf(registry, this.#model.log.slice(0, before));
    return old.some(({ event }) => event.effectiveAt > from);
  }

  #sameAdjustment(actual: NonNullable<AppendResult['adjustment']>, { adjustment }: Expected): void {
    assert.deepEqual(actual.before, adjustment?.before, 'adjustment.before');
    assert.deepEqual(actual.after, adjustment?.after, 'adjustment.after');
    const { listed, counted } = this.sizes.limits ?? LIMITS;
    const { changes = [], conflicts = [] } = adjustment ?? {};
    const total = (all: readonly unknown[]): number | null => (all.length > counted ? null : all.length);
    assert.deepEqual(actual.changes, changes.slice(0, listed), 'adjustment.changes');
    assert.deepEqual(actual.changesTotal, total(changes), 'adjustment.changesTotal');
    const found = actual.conflicts.map(({ eventId, version, effectiveAt, deficit }) => ({
      eventId,
      version,
      effectiveAt,
      deficit,
    }));
    const deepest = Math.max(...conflicts.map(({ deficit }) => Number(deficit)));
    const marked = new Set([conflicts[0], conflicts.find(({ deficit }) => Number(deficit) === deepest)]);
    const others = conflicts.filter((conflict) => !marked.has(conflict));
    const shown = new Set([...marked, ...others.slice(0, Math.max(0, listed - marked.size))]);
    assert.deepEqual(
      found,
      conflicts.filter((conflict) => shown.has(conflict)),
      'adjustment.conflicts',
    );
    assert.deepEqual(actual.conflictsTotal, total(conflicts), 'adjustment.conflictsTotal');
  }

  async #query({ asOf, known }: QueryStep): Promise<void> {
    const head = this.#model.log.length;
    await this.#ask({
      ...(asOf !== undefined && { asOf: timeOf(asOf) }),
      ...(known?.by === 'time' && { knownAt: timeOf(known.at) }),
      ...(known?.by === 'version' && { version: Math.max(1, head - known.back) }),
    });
  }

  async #ask(moment: { asOf?: string; knownAt?: string; version?: number }): Promise<void> {
    const answer = await this.#log.stateAt(this.productId, moment);
    const { log } = this.#model;
    const known = log.filter(
      (e) => e.recordedAt <= (moment.knownAt ?? e.recordedAt) && e.version <= (moment.version ?? e.version),
    );
    const newest = known.at(-1)?.recordedAt ?? '';
    const now = timeOf(this.#clock);
    const asOf = moment.asOf ?? (now > newest ? now : newest);
    const naive = snapshotAt(registry, log, { ...moment, asOf });
    const what = JSON.stringify(moment);
    if (!answer.found) {
      const why =
        log.length === 0
          ? 'product-not-found'
          : (moment.version ?? 0) > log.length
            ? 'version-not-found'
            : 'no-state-at-time';
      assert.equal(answer.why, why, `why there is no answer to ${what}`);
      assert.equal(naive, null, `an answer to ${what}`);
      return;
    }
    assert.deepEqual(answer.state, naive?.state, `state at ${what}`);
    assert.deepEqual(answer.lastEvent, naive?.last, `last event at ${what}`);
    assert.equal(answer.version, known.length, `version at ${what}`);
    assert.equal(answer.asOf, asOf);
  }

  async #timeline(limit: number, direction: 'forward' | 'backward'): Promise<void> {
    const facts = historyOf(registry, this.#model.log);
    const seen: { event: unknown; state: unknown }[] = [];
    for (let after: string | undefined; ;) {
      const page = await this.#log.timeline(this.productId, {
        direction,
        limit,
        ...(after !== undefined && { after }),
      });
      seen.push(...(page?.entries ?? []).map(({ event, state }) => ({ event, state })));
      after = page?.next;
      if (after === undefined) break;
    }
    const expected = facts.map(({ event }) => shown(this.#model.log, event));
    assert.deepEqual(
      seen.map(({ event }) => event),
      direction === 'forward' ? expected : expected.toReversed(),
      'timeline',
    );
    for (const fact of facts) {
      const last = facts.findLast(({ event }) => event.effectiveAt === fact.event.effectiveAt);
      if (last !== fact) continue;
      const state = snapshotAt(registry, this.#model.log, { asOf: fact.event.effectiveAt })?.state;
      assert.deepEqual(
        seen.find(({ event }) => (event as { version: number }).version === fact.event.version)?.state,
        state,
      );
    }
  }

  async #everyMoment(): Promise<void> {
    for (let asOf = 0; asOf < 16; asOf += 5) {
      await this.#ask({ asOf: timeOf(asOf) });
      await this.#ask({ asOf: timeOf(asOf + 1), version: Math.max(1, this.#model.log.length >> 1) });
    }
  }
}

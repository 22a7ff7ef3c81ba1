import assert from 'node:assert/strict';
import { parseEvents, registry, type ProductEvent } from '@hindsight/domain';
import { AppendRefusedError, type Store } from '@hindsight/event-log';
import { createProductLog, type ActResult, type ProductLog, type Refusal } from '@hindsight/workflow';
import { snapshotAt } from '../support/definition';
import { wholeLog } from '../support/log';
import { overriding } from '../support/overriding';
import { Model, type Expected } from '../history/model';
import { CLOCK_START, MOMENTS, timeOf } from '../history/steps';
import type { ActStep, EventStep, RivalStep } from './steps';

interface Part {
  readonly productId: string;
  readonly events: readonly ProductEvent[];
}

/** The same events by product, in the order in which the products are named. */
function partsOf(events: readonly ProductEvent[]): Part[] {
  const products = [...new Set(events.map(({ productId }) => productId))];
  return products.map((productId) => ({
    productId,
    events: events.filter((event) => event.productId === productId),
  }));
}

const isRefusal = ({ outcome }: Expected): boolean => !['stored', 'replayed', 'dryRun'].includes(outcome);

/**
 * Plays random acts against the log and the definition. Rivals append to the same products between the plan of an act
 * and its write, so that it loses races; a rival goes through a log of its own.
 */
export class Play {
  readonly #models = new Map<string, Model>();
  readonly #log: ProductLog;
  readonly #rivalLog: ProductLog;
  readonly #sent: ProductEvent[] = [];
  #rivals: RivalStep[] = [];
  #clock = CLOCK_START;
  #nextId = 0;
  /** Races that acts have lost. */
  lostRaces = 0;

  /** @param breaks makes of the store the one that acts are written to */
  constructor(
    store: Store,
    readonly name: string,
    breaks: (store: Store) => Store = (sound) => sound,
  ) {
    const clock = () => new Date(timeOf(this.#clock));
    const contested = overriding(store, {
      append: async (items) => {
        const rival = this.#rivals.shift();
        if (rival !== undefined) await this.#rival(rival);
        const outcome = await store.append(items);
        if (outcome === 'lost race') this.lostRaces += 1;
        return outcome;
      },
    });
    const delay = () => Promise.resolve();
    this.#log = createProductLog({ store: breaks(contested), clock, delay });
    this.#rivalLog = createProductLog({ store, clock, delay });
  }

  async run(steps: readonly ActStep[]): Promise<void> {
    for (const step of steps) await this.#act(step);
    for (const productId of this.#models.keys()) await this.#everyMoment(productId);
  }

  #modelOf(productId: string): Model {
    const model = this.#models.get(productId) ?? new Model();
    this.#models.set(productId, model);
    return model;
  }

  #event({ product, eventType, moment, quantity, target, again }: EventStep): ProductEvent {
    const old = again && this.#sent[again.of];
    if (old !== undefined && again) return again.changed ? { ...old, reason: 'changed' } : old;
    const content =
      eventType === 'eventRetracted' ? { targetEventId: `e${target}` } : { quantity: String(quantity) };
    const parsed = parseEvents(
      registry,
      {
        ...{ eventId: `e${this.#nextId++}`, eventType, ...content },
        ...(moment !== undefined && { effectiveAt: timeOf(moment) }),
      },
      { productId: `${this.name}-${product}`, newId: () => '' },
    );
    assert(parsed.ok, JSON.stringify(parsed));
    const [event] = parsed.events;
    assert(event);
    return event;
  }

  /** An append of somebody else, in the log and in the model. */
  async #rival({ event: step, onConflict }: RivalStep): Promise<void> {
    const event = this.#event(step);
    const { productId } = event;
    const asked = { events: [event], onConflict, dryRun: false };
    const expected = this.#modelOf(productId).append(asked, timeOf(this.#clock));
    this.#sent.push(event);
    const done = this.#rivalLog.append({ productId, recordedBy: 'tester', ...asked });
    await done.catch((error: unknown) => {
      if (!(error instanceof AppendRefusedError)) throw error;
      assert(isRefusal(expected), `a rival was refused: ${error.message}`);
    });
  }

  /** What an act must do to every product, by the definition; the models change only if all of them accept it. */
  #expected(parts: readonly Part[], { onConflict, dryRun }: ActStep): readonly Expected[] {
    const clock = timeOf(this.#clock);
    const ask = (
      productId: string,
      now: string,
      options: { events: readonly ProductEvent[]; dryRun: boolean },
    ) => this.#modelOf(productId).append({ onConflict, ...options }, now);
    const isNew = ({ productId, events }: Part): boolean =>
      ask(productId, clock, { events, dryRun: true }).outcome !== 'replayed';
    const heads = parts
      .filter(isNew)
      .map(({ productId }) => this.#modelOf(productId).log.at(-1)?.recordedAt ?? '');
    const moment = [clock, ...heads].sort().at(-1) ?? clock;
    const verdicts = parts.map(({ productId, events }) => ask(productId, moment, { events, dryRun: true }));
    if (dryRun || verdicts.some(isRefusal)) return verdicts;
    return parts.map(({ productId, events }) => ask(productId, moment, { events, dryRun: false }));
  }

  async #act(step: ActStep): Promise<void> {
    this.#clock += step.tick;
    const parts = partsOf(step.events.map((event) => this.#event(event)));
    this.#sent.push(...parts.flatMap(({ events }) => events));
    this.#rivals = [...step.rivals];
    const { onConflict, dryRun } = step;
    let result: ActResult | Refusal;
    try {
      result = await this.#log.appendAct({ parts, recordedBy: 'tester', onConflict, dryRun });
    } catch (error) {
      if (!(error instanceof AppendRefusedError)) throw error;
      result = error.refusal as Refusal;
    }
    this.#rivals = [];
    this.#compare(this.#expected(parts, step), result);
    for (const { productId } of parts) await this.#sameLog(productId);
  }

  #compare(expected: readonly Expected[], actual: ActResult | Refusal): void {
    const refusals: readonly string[] = expected.filter(isRefusal).map(({ outcome }) => outcome);
    if ('error' in actual) {
      assert(refusals.includes(actual.error), `refused: ${actual.detail}`);
      return;
    }
    assert.deepEqual(refusals, [], 'an act is accepted only if every product accepts it');
    const outcomes = actual.results.map(({ deduplicated }) =>
      deduplicated ? 'replayed' : actual.dryRun ? 'dryRun' : 'stored',
    );
    assert.deepEqual(
      outcomes,
      expected.map(({ outcome }) => outcome),
      'outcomes',
    );
    for (const [index, { state, version }] of actual.results.entries()) {
      if (expected[index]?.outcome === 'replayed') continue;
      assert.deepEqual(state, expected[index]?.state, 'state after the act');
      assert.equal(version, expected[index]?.version, 'version after the act');
    }
  }

  async #sameLog(productId: string): Promise<void> {
    const shape = (events: readonly object[]) =>
      (events as ProductEvent[]).map((event) => {
        const { eventId, version, effectiveAt, recordedAt } = event as ProductEvent & Record<string, unknown>;
        return { eventId, version, effectiveAt, recordedAt };
      });
    const stored = await wholeLog(this.#log, productId);
    assert.deepEqual(shape(stored), shape(this.#modelOf(productId).log), `the log of ${productId}`);
  }

  /** The states at every pair of an effective and a recorded time. */
  async #everyMoment(productId: string): Promise<void> {
    const { log } = this.#modelOf(productId);
    if (log.length === 0) return;
    for (let asOf = 0; asOf <= MOMENTS; asOf += 4) {
      for (let knownAt = CLOCK_START - 1; knownAt <= this.#clock + 1; knownAt += 2) {
        const moment = { asOf: timeOf(asOf), knownAt: timeOf(knownAt) };
        const answer = await this.#log.stateAt(productId, moment);
        const naive = snapshotAt(registry, log, moment)?.state;
        assert.deepEqual(answer.found ? answer.state : undefined, naive, JSON.stringify(moment));
      }
    }
  }
}

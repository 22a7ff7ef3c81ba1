import assert from 'node:assert/strict';
import { createMemoryStore, type Store } from '@hindsight/event-log';
import { createProductLog, verifyProduct } from '@hindsight/workflow';
import fc from 'fast-check';
import { at, command } from '../support/commands';
import { CountingStore } from '../support/counting';
import { wholeLog } from '../support/log';
import { wiredStore, type Wire } from '../support/wired-store';
import { Death, fates, type Fate } from './crashes';
import { checkAnswers, PRODUCT, type Section } from './sections';
import { turns } from './turns';

const clock = () => new Date(at(100));
/** The sections are short: with these, their trees have several levels. */
const sizes = { shape: { run: 2, node: 3, root: 2 }, ahead: 2, nearby: 1 };

/** Makes a store a broken one, to see that the sections notice. */
export type Breaking = (store: Store, random: () => number) => Store;

/** Plays sections, each call to the store in an order that fast-check's scheduler chooses. */
export class Explorer {
  constructor(readonly breaking: Breaking = (store) => store) {}

  /** @throws Error with the order that fails, as short as fast-check finds it */
  async explore(section: Section, { runs, seed }: { runs: number; seed: number }): Promise<void> {
    const property = fc.asyncProperty(fc.scheduler(), turns, fates, (scheduler, turnsOfCalls, fatesOfCalls) =>
      this.#play(section, scheduler, { turns: turnsOfCalls, fates: fatesOfCalls[Symbol.iterator]() }),
    );
    await fc.assert(property, { numRuns: runs, seed });
  }

  async #play(
    { before, actors, repaired, crashes = false, check }: Section,
    scheduler: fc.Scheduler,
    calls: { readonly turns: Iterator<number, number>; readonly fates: Iterator<Fate, Fate> },
  ): Promise<void> {
    const store = createMemoryStore();
    const quiet = createProductLog({ store, clock, sizes });
    for (const body of before) await quiet.append(command(PRODUCT, body));
    const since = await quiet.headVersion(PRODUCT);

    const wire: Wire = async ({ operation }, carryOut) => {
      const wait = async () => {
        const left = calls.turns.next().value;
        for (let turn = 0; turn < left; turn += 1) await scheduler.schedule(Promise.resolve(), operation);
      };
      await wait();
      const fate = crashes ? calls.fates.next().value : 'carried out';
      if (fate === 'dies before') throw new Death();
      const answer = await carryOut();
      if (fate === 'dies after') throw new Death();
      if (fate === 'carried out') return answer;
      await wait();
      return carryOut();
    };
    const broken = this.breaking(store, () => 0.5);
    const delay = () => scheduler.schedule(Promise.resolve(), 'wait');
    const processOf = () =>
      createProductLog({ store: wiredStore(broken, wire), clock, random: () => 0.5, delay, sizes });
    const outcomes = await scheduler.waitFor(
      Promise.all(actors.map((actor) => actor(processOf(), processOf))),
    );

    const log = await wholeLog(quiet, PRODUCT);
    assert.deepEqual(
      log.map(({ version }) => version),
      log.map((_, index) => index + 1),
    );
    checkAnswers(outcomes, log, since);
    check(outcomes, log);
    if (repaired) await this.#checkRepaired(store);
    const { difference } = await verifyProduct({ store }, PRODUCT);
    assert.equal(difference, undefined, JSON.stringify(difference));
  }

  /** Every state in the past takes a few requests, and after one more repair nothing is left to do. */
  async #checkRepaired(store: Store): Promise<void> {
    const counting = new CountingStore(store);
    const log = createProductLog({ store: counting.store, clock, sizes });
    for (let seconds = 0; seconds <= 30; seconds += 1) {
      counting.requests = 0;
      await log.stateAt(PRODUCT, { asOf: at(seconds) });
      assert.ok(counting.requests <= 12, `${counting.requests} requests for the state after ${seconds} s`);
    }
    const { summariesUnusable } = await verifyProduct({ store }, PRODUCT);
    assert.equal(summariesUnusable, 0, 'every summary that the root refers to is there');
    while (!(await log.repair(PRODUCT)).done);
    const report = await log.repair(PRODUCT);
    assert.deepEqual(report, { done: true, eventsRead: 0, summariesWritten: 0 });
  }
}

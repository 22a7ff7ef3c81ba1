import { setTimeout as pause } from 'node:timers/promises';
import { AppendRefusedError, type Store } from '@hindsight/event-log';
import {
  createProductLog,
  type AppendCommand,
  type ProductLog,
  type ProductLogReader,
} from '@hindsight/workflow';
import type { Moment } from '@hindsight/event-log';
import { Damage, type Harm } from '../history/damage';
import { KILLED, Mortality } from '../history/mortal';

type Page = Parameters<ProductLogReader['readEffective']>[1];

/** One thing that is done to a log. What it answers must not depend on what the log stands on. */
export type Operation =
  | { readonly kind: 'append'; readonly now: string; readonly command: AppendCommand }
  /** Two writers who have read the same head; the second must lose. */
  | {
      readonly kind: 'race';
      readonly now: string;
      readonly commands: readonly [AppendCommand, AppendCommand];
    }
  | { readonly kind: 'ask'; readonly now: string; readonly moment: Moment }
  | {
      readonly kind: 'page';
      readonly of: 'recorded' | 'effective' | 'timeline';
      readonly options: Page;
      /** Goes on from page to page, so often. */
      readonly pages: number;
    }
  | { readonly kind: 'repair'; readonly budget: number; readonly writes: number }
  | { readonly kind: 'damage'; readonly how: Harm; readonly which: number };

/** A log on one engine, and what may be done to it behind its back. */
export class Subject {
  readonly #mortality = new Mortality();
  readonly #damage: Damage;
  readonly #log: ProductLog;
  #now = '';

  constructor(
    readonly store: Store,
    readonly productId: string,
  ) {
    this.#damage = new Damage(store, productId);
    this.#log = createProductLog({ store: this.#mortality.over(store), clock: () => new Date(this.#now) });
  }

  /** The answer, or the name and the content of the error, as JSON. */
  async do(operation: Operation): Promise<string> {
    if ('now' in operation) this.#now = operation.now;
    try {
      return JSON.stringify({ answer: await this.#answer(operation) });
    } catch (error) {
      if (error instanceof AppendRefusedError) return JSON.stringify({ refused: error.refusal });
      const { name, message } = error as Error;
      if (message === KILLED) return 'killed';
      return JSON.stringify({ name, message });
    }
  }

  async #answer(operation: Operation): Promise<unknown> {
    switch (operation.kind) {
      case 'append':
        return this.#log.append(operation.command);
      case 'race':
        return this.#race(operation.commands);
      case 'ask':
        return this.#log.stateAt(this.productId, operation.moment);
      case 'page':
        return this.#pages(operation.of, operation.options, operation.pages);
      case 'repair':
        return this.#repair(operation.budget, operation.writes);
      case 'damage':
        return this.#damage.do(operation.how, operation.which);
    }
  }

  async #race(commands: readonly AppendCommand[]): Promise<unknown> {
    const plans = [];
    for (const command of commands) plans.push(await this.#log.plan(command));
    const outcomes: unknown[] = [];
    for (const plan of plans) {
      if (plan.outcome !== 'store') outcomes.push(plan);
      else {
        const { items, result, repair } = plan;
        outcomes.push({ result, repair, written: await this.store.append(items) });
      }
    }
    return outcomes;
  }

  async #pages(of: string, options: Page, pages: number): Promise<unknown> {
    const found: unknown[] = [];
    let after = options.after;
    for (let page = 0; page < pages; page += 1) {
      const asked = { ...options, ...(after !== undefined && { after }) };
      const answer =
        of === 'recorded'
          ? await this.#log.readRecorded(this.productId, asked)
          : of === 'effective'
            ? await this.#log.readEffective(this.productId, asked)
            : await this.#log.timeline(this.productId, asked);
      found.push(answer);
      after = answer?.next;
      if (after === undefined) break;
      await pause(0);
    }
    return found;
  }

  async #repair(budget: number, writes: number): Promise<unknown> {
    this.#mortality.life = writes;
    try {
      return await this.#log.repair(this.productId, budget);
    } finally {
      this.#mortality.life = Infinity;
    }
  }
}

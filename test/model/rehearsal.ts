import assert from 'node:assert/strict';
import type { Store } from '@hindsight/event-log';
import { createProductLog, type ProductLog } from '@hindsight/workflow';
import { KILLED, Mortality } from '../history/mortal';
import { overriding } from '../support/overriding';

/** What a repair says at its end, where it comes to one. */
type Outcome = 'done' | 'call again' | 'killed';

/** A repair that has read what it needs, and is held before its first write until it is told how many it may make. */
export class Rehearsal {
  readonly #mortality = new Mortality();
  readonly #log: ProductLog;
  #held: (() => void) | undefined;
  #release: (() => void) | undefined;
  #outcome: Promise<Outcome> | undefined;

  constructor(store: Store, clock: () => Date) {
    const mortal = this.#mortality.over(store);
    const held = overriding(store, {
      replaceCaches: async (...writes) => {
        await this.#hold();
        await mortal.replaceCaches(...writes);
      },
    });
    this.#log = createProductLog({ store: held, clock });
  }

  #hold(): Promise<void> {
    const held = this.#held;
    if (held === undefined) return Promise.resolve();
    this.#held = undefined;
    const released = new Promise<void>((resolve) => (this.#release = resolve));
    held();
    return released;
  }

  /** Comes back when the repair is about to write, or has nothing to. */
  async start(productId: string, budget: number): Promise<void> {
    const held = new Promise<void>((resolve) => (this.#held = resolve));
    this.#outcome = this.#log.repair(productId, budget).then(
      ({ done }): Outcome => (done ? 'done' : 'call again'),
      (error: unknown): Outcome => {
        if (error instanceof Error && error.message === KILLED) return 'killed';
        throw error;
      },
    );
    await Promise.race([held, this.#outcome]);
    this.#held = undefined;
  }

  /** Lets it write so many times: all of its writes, or fewer if it is to be killed. */
  async finish(writes: number, expected: string): Promise<void> {
    this.#mortality.life = writes;
    this.#release?.();
    const outcome = await this.#outcome;
    assert.equal(outcome, expected, 'how the repair ended');
    assert.equal(this.#mortality.life, 0, 'writes that it left undone');
    [this.#release, this.#outcome] = [undefined, undefined];
  }

  /** Ends a repair that the trace leaves in the middle. */
  async abandon(): Promise<void> {
    this.#mortality.life = 0;
    this.#release?.();
    await this.#outcome;
  }
}

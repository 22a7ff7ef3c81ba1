import type { Sizes, Store } from '@hindsight/event-log';
import { createProductLog, type ProductLog } from '@hindsight/workflow';
import { KILLED, Mortality } from '../history/mortal';
import { overriding } from '../support/overriding';

/** A repair that has read what it needs, and is held before its first write until it is told whether it comes to its end. */
export class Rehearsal {
  readonly #mortality = new Mortality();
  readonly #log: ProductLog;
  #held: (() => void) | undefined;
  #release: (() => void) | undefined;
  #outcome: Promise<void> | undefined;

  constructor(store: Store, clock: () => Date, sizes: Partial<Sizes>) {
    const mortal = this.#mortality.over(store);
    const held = overriding(store, {
      replaceCaches: async (...writes) => {
        await this.#hold();
        await mortal.replaceCaches(...writes);
      },
    });
    this.#log = createProductLog({ store: held, clock, sizes });
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
      () => undefined,
      (error: unknown) => {
        if (!(error instanceof Error && error.message === KILLED)) throw error;
      },
    );
    await Promise.race([held, this.#outcome]);
    this.#held = undefined;
  }

  /** Lets it write, or kills it before it does. */
  async finish(isKilled: boolean): Promise<void> {
    this.#mortality.life = isKilled ? 0 : Infinity;
    this.#release?.();
    await this.#outcome;
    [this.#release, this.#outcome] = [undefined, undefined];
  }

  /** Ends a repair that the trace leaves in the middle. */
  async abandon(): Promise<void> {
    this.#mortality.life = 0;
    this.#release?.();
    await this.#outcome;
  }
}

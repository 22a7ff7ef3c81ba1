import type { HiddenMoment } from './domain';
import { highestIn, lowestBefore, type Run } from './effects';
import type { PositionRange } from './position';

/**
 * The first instant from which the amount never ends below a level, so far. Over a run that was passed over, only the last
 * instant below the level matters. If it is inside the run, the moment is hidden there until the run is opened.
 */
export class SteadyMoment {
  #moment: string | HiddenMoment | undefined;

  constructor(readonly level: bigint) {}

  get found(): string | HiddenMoment | undefined {
    return this.#moment;
  }

  reveal(moment: string | HiddenMoment): void {
    this.#moment = moment;
  }

  /** An instant ends with an amount. */
  end(at: string, amount: bigint): void {
    if (amount < this.level) this.#moment = undefined;
    else this.#moment ??= at;
  }

  /** All instants of a run but the last, which may go on; the run adds to the amount before it. */
  pass(run: Run, range: PositionRange, amount: bigint): void {
    const lowest = lowestBefore(run, amount);
    if (lowest === null) return;
    const { level } = this;
    if (lowest >= level) this.#moment ??= run.from;
    else if (highestIn(run, amount) < level || amount + run.plus - run.last < level) this.#moment = undefined;
    else this.#moment = { range, amount, level };
  }
}

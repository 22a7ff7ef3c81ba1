/**
 * What would make a refused shipment fit. All answers are exact, and true at the moment they are given.
 *
 * A shipment of n at a moment T lowers the quantity by n at T and at every later instant, up to the next absolute count,
 * which sets the quantity whatever happened before it. So the shipment fits at T exactly if the quantity is at least n
 * at the end of every instant of that window: from T to the next count or to the end of the history. From this follow
 *
 * - `fits`: the lowest quantity in the window of the asked moment;
 * - `needs`: what the lowest quantity lacks, at the latest when the window first lacks anything;
 * - `possibleFrom`: the earliest moment whose own window never falls below n. One pass over the later history finds it:
 *   a moment stays a candidate until an instant falls below n, and is certain as soon as a count or the end comes.
 *
 * One more case: before the product exists, a shipment would itself create it. An event that sets the initial quantity
 * of a new product would then no longer do so, and the window of the asked moment lacks that quantity.
 */
import {
  assert,
  decimalOf,
  lowestBefore,
  millionths,
  SteadyMoment,
  type Effect,
  type HiddenMoment,
  type PositionRange,
  type RemedySearch,
  type Run,
} from '@hindsight/bitemporal';
import type { ProductState } from './state';
import type { ChangeContent } from './types';

/** How a refused shipment could become possible. Quantities are canonical decimals, times UTC in milliseconds. */
export interface Remedies {
  /** The earliest moment, not before the asked one, at which the shipment would fit; absent if there is none. */
  readonly possibleFrom?: string;
  /** The greatest quantity that fits at the asked moment. */
  readonly fits: string;
  /** The smallest receipt that would make the shipment fit, and the latest moment at which it must have come. */
  readonly needs: { readonly quantity: string; readonly by: string };
}

interface Instant {
  readonly at: string;
  quantity: bigint;
  /** A count set the quantity in this instant. */
  counted: boolean;
}

/** Searches the history from the asked moment on, instant by instant. */
export class ShipmentRemedies implements RemedySearch<ProductState, ChangeContent, Remedies> {
  readonly #needed: bigint;
  readonly #amountOf: (content: ChangeContent) => Effect['amount'];
  #instant: Instant | undefined;
  readonly #candidate: SteadyMoment;
  #certain = false;
  /** Of the window that begins at the asked moment. */
  #lowest: bigint | undefined;
  #shortFrom: string | undefined;
  #windowEnded = false;
  /** What the first event adds to the history as it is, and would not add after a shipment. */
  #initial: bigint | undefined;

  /**
   * @param needed what the shipment takes, in millionths
   * @param amountOf what an event does to the quantity, as far as it is declared
   */
  constructor(needed: bigint, amountOf: (content: ChangeContent) => Effect['amount']) {
    this.#needed = needed;
    this.#candidate = new SteadyMoment(needed);
    this.#amountOf = amountOf;
  }

  begin(at: string, state: ProductState | null): void {
    assert(this.#instant === undefined, 'a search begins once');
    if (state !== null) this.#initial = 0n;
    this.#instant = { at, quantity: millionths(state?.quantity ?? '0'), counted: false };
  }

  next(at: string, content: ChangeContent, state: ProductState): void {
    if (this.#instant?.at !== at) {
      this.#endInstant();
      this.#instant = { at, quantity: 0n, counted: false };
    }
    // A type that declares no effect may do anything, so no window reaches beyond it.
    const amount = this.#amountOf(content) ?? { set: 0n };
    this.#initial ??= 'initial' in amount ? amount.initial : 0n;
    this.#instant.quantity = millionths(state.quantity);
    this.#instant.counted ||= 'set' in amount;
  }

  pass(run: Run, range: PositionRange): boolean {
    assert(this.#instant !== undefined, 'a search has begun');
    const before = this.#instant.quantity;
    // A count ends windows, and what the first event does depends on whether the product exists.
    if (!run.keeps || this.#initial === undefined || run.from === this.#instant.at) return false;
    const lowest = lowestBefore(run, before);
    const left = lowest === null ? null : lowest - this.#initial;
    const isShort = left !== null && left < this.#needed;
    if (!this.#windowEnded && isShort && this.#shortFrom === undefined) return false;
    this.#endInstant();
    if (!this.#windowEnded && left !== null && (this.#lowest === undefined || left < this.#lowest))
      this.#lowest = left;
    if (!this.#certain) this.#candidate.pass(run, range, before);
    this.#instant = { at: run.to, quantity: before + run.plus, counted: false };
    return true;
  }

  get hidden(): HiddenMoment | undefined {
    const { found } = this.#candidate;
    return typeof found === 'object' ? found : undefined;
  }

  reveal(moment: string | HiddenMoment): void {
    this.#candidate.reveal(moment);
  }

  get done(): boolean {
    return this.#certain && this.#windowEnded;
  }

  result(): Remedies {
    this.#endInstant();
    const [lowest, by] = [this.#lowest, this.#shortFrom];
    const possibleFrom = this.#candidate.found;
    assert(lowest !== undefined && by !== undefined, 'only a shipment that does not fit is searched for');
    return {
      ...(typeof possibleFrom === 'string' && { possibleFrom }),
      fits: decimalOf(lowest > 0n ? lowest : 0n),
      needs: { quantity: decimalOf(this.#needed - lowest), by },
    };
  }

  #endInstant(): void {
    const { at, quantity, counted } = this.#instant ?? { at: '', quantity: 0n, counted: false };
    this.#windowEnded ||= counted;
    if (!this.#windowEnded) {
      const left = quantity - (this.#initial ?? 0n);
      if (this.#lowest === undefined || left < this.#lowest) this.#lowest = left;
      if (left < this.#needed) this.#shortFrom ??= at;
    }
    if (this.#certain) return;
    if (counted && this.#candidate.found !== undefined) this.#certain = true;
    else this.#candidate.end(at, quantity);
  }
}

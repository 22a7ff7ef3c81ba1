import type { World } from './world';

/** How often what goes wrong, as probabilities. */
export interface Faults {
  /** A call to DynamoDB is refused: throttled, or an internal error. */
  readonly refused: number;
  /** It is carried out, and the answer is an error or never comes. */
  readonly replyLost: number;
  /** For up to a minute no answer comes through to a process, whatever is carried out. */
  readonly cut: number;
  /** Nobody hears it; the caller gives up. */
  readonly unheard: number;
  /** The caller gives up, and it is carried out later. */
  readonly overdue: number;
  /** It is carried out, and once more later. */
  readonly twice: number;
  /** A batch is done in part. */
  readonly partial: number;
  /** Another transaction is at one of the items. */
  readonly conflict: number;
  /** The process that calls dies, before or after the call is carried out. */
  readonly death: number;
  /** Lambda, Step Functions or the network refuse, lose or repeat a call. */
  readonly service: number;
  /** A clock jumps, forth or back. */
  readonly jump: number;
  /** Milliseconds that a call takes, at most; a few take much longer. */
  readonly slowness: number;
}

export const noFaults: Faults = {
  refused: 0,
  replyLost: 0,
  cut: 0,
  unheard: 0,
  overdue: 0,
  twice: 0,
  partial: 0,
  conflict: 0,
  death: 0,
  service: 0,
  jump: 0,
  slowness: 10,
};

const RATES = [0, 0, 0.01, 0.04, 0.12];

/** Each run has its own mixture: some of the faults often, some never, so that rare combinations come up. */
export function drawFaults(world: World): Faults {
  const rates = Object.keys(noFaults).map((name) => [name, world.pick(RATES)]);
  const drawn = Object.fromEntries(rates) as Record<keyof Faults, number>;
  return {
    ...drawn,
    cut: drawn.cut / 4,
    death: drawn.death / 2,
    overdue: drawn.overdue / 2,
    // Batches are few, and most of them are of one item.
    partial: drawn.partial * 5,
    slowness: world.pick([5, 40, 400]),
  };
}

import type { World } from './world';

/** The probabilities of faults. */
export interface Faults {
  /** A call to DynamoDB is refused: throttled, or an internal error. */
  readonly refused: number;
  /** The request is executed, but the answer is an error or never arrives. */
  readonly replyLost: number;
  /** For up to a minute no answers reach a process, although its requests may be executed. */
  readonly cut: number;
  /** The request is lost; the caller times out. */
  readonly unheard: number;
  /** The caller gives up, and it is carried out later. */
  readonly overdue: number;
  /** It is carried out, and once more later. */
  readonly twice: number;
  /** A batch is done in part. */
  readonly partial: number;
  /** Another transaction conflicts on one of the items. */
  readonly conflict: number;
  /** The process that calls dies, before or after the call is carried out. */
  readonly death: number;
  /** Lambda, Step Functions or the network refuse, lose or repeat a call. */
  readonly service: number;
  /** A clock jumps, forth or back. */
  readonly jump: number;
  /** The maximum duration of a call in milliseconds; a few take much longer. */
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

/** Each run has its own mixture: some of the faults often, some never, so that rare combinations occur. */
export function drawFaults(world: World): Faults {
  const rates = Object.keys(noFaults).map((name) => [name, world.pick(RATES)]);
  const drawn = Object.fromEntries(rates) as Record<keyof Faults, number>;
  return {
    ...drawn,
    cut: drawn.cut / 4,
    death: drawn.death / 2,
    overdue: drawn.overdue / 2,
    // Batches are rare, and most of them have one item.
    partial: drawn.partial * 5,
    slowness: world.pick([5, 40, 400]),
  };
}

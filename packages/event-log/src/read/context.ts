import {
  LIMITS,
  SHAPE,
  type Content,
  type Domain,
  type Judged,
  type Limits,
  type Shape,
} from '@hindsight/bitemporal';
import type { Store } from '../storage/store';

/** How much is read at once, and how much is said. Tests make it small. */
export interface Sizes {
  /** Of the tree of summaries. */
  readonly shape: Shape;
  /** Entries after a late event that are read at once: as many as an answer lists changes, and those of a run. */
  readonly ahead: number;
  /** Entries among which a state is looked for before summaries are: more than those of a run. */
  readonly nearby: number;
  readonly limits: Limits;
}

export const SIZES: Sizes = { shape: SHAPE, ahead: 116, nearby: 24, limits: LIMITS };

/** What every read needs: where the log is stored, and what it is about. */
export interface ReadContext<State extends Judged, Event extends Content> {
  readonly store: Store;
  readonly domain: Domain<State, Event>;
  readonly sizes: Sizes;
  /** Called for a stream whose stored states did not help: `folded` events had to be folded for one state. */
  readonly onSlowRead: (streamId: string, folded: number) => void;
}

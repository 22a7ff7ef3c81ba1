import {
  CUTS,
  LIMITS,
  type Content,
  type Cuts,
  type Domain,
  type Judged,
  type Limits,
} from '@hindsight/bitemporal';
import type { Store } from '../storage/store';

/** How much is read at once, and how much is said. Tests make it small. */
export interface Sizes {
  /** Where the tree of summaries cuts the history. */
  readonly cuts: Cuts;
  /** Events that a comparison folds before it asks for summaries. */
  readonly ahead: number;
  /** Entries among which a state is looked for before summaries are. */
  readonly nearby: number;
  readonly limits: Limits;
}

export const SIZES: Sizes = { cuts: CUTS, ahead: 112, nearby: 12, limits: LIMITS };

/** What every read needs: where the log is stored, and what it is about. */
export interface ReadContext<State extends Judged, Event extends Content> {
  readonly store: Store;
  readonly domain: Domain<State, Event>;
  readonly sizes: Sizes;
  /** Called for a stream whose stored states did not help: `folded` events had to be folded for one state. */
  readonly onSlowRead: (streamId: string, folded: number) => void;
}

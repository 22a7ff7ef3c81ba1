import type { Content, Domain, Judged } from '@hindsight/bitemporal';
import type { Store } from '../storage/store';

/** What every read needs: where the log is stored, and what it is about. */
export interface ReadContext<State extends Judged, Event extends Content> {
  readonly store: Store;
  readonly domain: Domain<State, Event>;
  /** Called for a stream whose stored states did not help: `folded` events had to be folded for one state. */
  readonly onSlowRead: (streamId: string, folded: number) => void;
}

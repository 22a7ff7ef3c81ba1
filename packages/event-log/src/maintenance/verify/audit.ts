import type { Content, Judged } from '@hindsight/bitemporal';
import type { Sent } from '../../storage/items';

/** Something that is not as the domain writes it. */
export interface Violation {
  readonly expected: unknown;
  readonly found: unknown;
}

/** What a domain can say of its events and states by themselves, whichever code wrote them. */
export interface Audit<State extends Judged, Event extends Content> {
  /** Whether the type of the event is one that this code knows. */
  knows(event: Event): boolean;
  /** How the content of a stored event differs from a valid and normalized one. */
  event(streamId: string, event: Sent<Event>): Violation | undefined;
  /** How a stored state contradicts itself. */
  state(streamId: string, state: State): Violation | undefined;
}

import { assert, type Content, type Domain, type Judged } from '@hindsight/bitemporal';
import type { KnownLog } from '../read/known-log';
import type { Sent } from '../storage/items';

/** Events of an append with what their senders left to the log, such as the currency of an amount. */
export function completedEvents<
  State extends Judged,
  Event extends Content,
  Entry extends { readonly sent: Sent<Event> },
>(domain: Domain<State, Event>, { latest }: KnownLog<State>, entries: readonly Entry[]): Entry[] {
  const completed = domain.complete(
    entries.map(({ sent }) => sent),
    latest?.state ?? null,
  );
  return entries.map((entry, index) => {
    const sent = completed[index];
    assert(sent !== undefined, 'every event is completed');
    return { ...entry, sent };
  });
}

import type { ChangeSet, Content, Judged, PositionRange } from '@hindsight/bitemporal';
import { afterPosition, LAST, positionKey, throughTime } from '../storage/keys';
import type { ReadContext } from './context';
import type { KnownLog } from './known-log';
import { eventsFrom, type FirstPage } from './first-page';

/** What is read first of the history that an append changes. */
export interface Ahead<Event extends Content> {
  readonly seen: FirstPage<Event>;
  /** Where runs will have to be opened; absent: the page is all of the rest. */
  readonly next?: readonly PositionRange[];
}

/**
 * The page of events from the first position of a change set on, and the places at which runs will have to be opened: at
 * the end of the page, and behind it where the change set touches them, and now.
 * @param page was read already, of some position
 */
export async function readAhead<State extends Judged, Event extends Content>(
  context: ReadContext<State, Event>,
  log: KnownLog<State>,
  { removed, inserted }: ChangeSet<Event>,
  { from, now, page }: { from: string; now: string; page?: FirstPage<Event> | undefined },
): Promise<Ahead<Event>> {
  const seen = page?.start === from ? page : await eventsFrom(context, log, from);
  if (seen.end === LAST) return { seen };
  const touched = [...removed, ...inserted.map(({ event }) => positionKey(event))];
  const places = touched.map((start) => ({ start, end: afterPosition(start) }));
  const behind = [...places, { start: now, end: throughTime(now) }].filter(({ end }) => end > seen.end);
  return { seen, next: [seen, ...behind] };
}

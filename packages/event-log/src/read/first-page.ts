import type { Content, EffectiveEvent, Judged } from '@hindsight/bitemporal';
import { keySchema, LAST, positionIn } from '../storage/keys';
import type { ReadContext } from './context';
import { Group, type IndexEntry } from './effective-events';
import type { KnownLog } from './known-log';
import type { Seen } from './visit';

/** What one request reads of the events from a position on. */
export interface FirstPage<Event extends Content> extends Seen<Event> {
  /** The last known version that recorded something at the very position; undefined: nobody did, or it was not seen. */
  readonly newest?: number | undefined;
}

/** The events from a position on that one request reads; to the end of the history, if they are few. */
export async function eventsFrom<State extends Judged, Event extends Content>(
  { store, domain, sizes }: ReadContext<State, Event>,
  { streamId, version }: KnownLog<State>,
  from: string,
): Promise<FirstPage<Event>> {
  const range = { index: keySchema.byEffective, after: from, before: LAST, limit: sizes.ahead };
  const { items, nextKey } = await store.page<IndexEntry>(streamId, range);
  const found: Group[] = [];
  for (const entry of items) {
    const position = positionIn(entry.effectiveKey);
    if (found.at(-1)?.position !== position) found.push(new Group(position));
    found.at(-1)?.add(entry, version);
  }
  // The last group may have more entries that were not read.
  const partial = nextKey === undefined ? undefined : found.pop();
  const events = found.flatMap((group): EffectiveEvent<Event>[] => {
    const event = group.effectiveEvent(domain);
    return event === undefined ? [] : [event];
  });
  const newest = found.find(({ position }) => position === from)?.maxVersion;
  return { start: from, end: partial?.position ?? LAST, events, newest };
}

import type { Content, EffectiveEvent, Judged } from '@hindsight/bitemporal';
import { keySchema, LAST, positionIn } from '../storage/keys';
import type { ReadContext } from './context';
import { Group, type IndexEntry } from './effective-events';
import type { KnownLog } from './known-log';
import { openTree, type SummaryTree } from './summary-tree';
import { visit, type Seen, type Visited, type Visitor } from './visit';

interface Options<State extends Judged, Event extends Content> {
  readonly context: ReadContext<State, Event>;
  readonly log: KnownLog<State>;
  readonly visitor: Visitor<State, Event>;
  /** The first page, from where the visit begins. */
  readonly seen: Seen<Event>;
}

/** The events from a position on that one request reads; to the end of the history, if they are few. */
export async function eventsFrom<State extends Judged, Event extends Content>(
  { store, domain, sizes }: ReadContext<State, Event>,
  { streamId, version }: KnownLog<State>,
  from: string,
): Promise<Seen<Event>> {
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
  return { start: from, end: partial?.position ?? LAST, events };
}

/**
 * Shows the history from a position to its end to a visitor. Most late events are late by a few events: those are in the
 * first page, and no summary is read. What comes after it is shown by summaries.
 */
export async function visitFrom<State extends Judged, Event extends Content>({
  context,
  log,
  visitor,
  seen,
}: Options<State, Event>): Promise<Visited & { readonly tree?: SummaryTree<State, Event> | undefined }> {
  const isAll = seen.end === LAST;
  const tree = isAll ? undefined : await openTree(context, log);
  const visited = await visit({
    ...{ context, log, tree, visitor, seen },
    ...{ start: seen.start, end: LAST, next: seen },
  });
  const folded = seen.events.length + visited.folded;
  if (!isAll) context.onSlowRead(log.streamId, folded);
  return { ...visited, folded, tree };
}

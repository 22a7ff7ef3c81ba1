import type { Content, Judged, PositionRange } from '@hindsight/bitemporal';
import { LAST } from '../storage/keys';
import type { ReadContext } from './context';
import type { KnownLog } from './known-log';
import { openTree, type SummaryTree } from './summary-tree';
import { visit, type Seen, type Visited, type Visitor } from './visit';

interface Options<State extends Judged, Event extends Content> {
  readonly context: ReadContext<State, Event>;
  readonly log: KnownLog<State>;
  readonly visitor: Visitor<State, Event>;
  /** The first page, from where the visit begins. */
  readonly seen: Seen<Event>;
  /** Where runs will have to be opened. Absent: at the end of the page. */
  readonly next?: readonly PositionRange[];
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
  next = [seen],
}: Options<State, Event>): Promise<Visited & { readonly tree?: SummaryTree<State, Event> | undefined }> {
  const isAll = seen.end === LAST;
  const tree = isAll ? undefined : await openTree(context, log);
  const visited = await visit({
    ...{ context, log, tree, visitor, seen },
    ...{ start: seen.start, end: LAST, next },
  });
  const folded = seen.events.length + visited.folded;
  if (!isAll) context.onSlowRead(log.streamId, folded);
  return { ...visited, folded, tree };
}

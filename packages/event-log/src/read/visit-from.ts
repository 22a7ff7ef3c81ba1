import { levelOf, type Content, type Judged } from '@hindsight/bitemporal';
import { afterPosition, LAST, positionKey } from '../storage/keys';
import type { ReadContext } from './context';
import { effectiveEvents } from './effective-events';
import type { KnownLog } from './known-log';
import { openTree, type SummaryTree } from './summary-tree';
import { visit, type Visited, type Visitor } from './visit';

interface Options<State extends Judged, Event extends Content> {
  readonly context: ReadContext<State, Event>;
  readonly log: KnownLog<State>;
  readonly visitor: Visitor<State, Event>;
}

/** Of the events of the first page, the last ones may be left: where a run begins, summaries go on. */
const SPARE = 10;

/**
 * Shows the history from a position to its end to a visitor. Most late events are late by a few events: those are in the
 * first page, and no summary is read. What comes after it is shown by summaries.
 */
export async function visitFrom<State extends Judged, Event extends Content>(
  { context, log, visitor }: Options<State, Event>,
  from: string,
): Promise<Visited & { readonly tree?: SummaryTree<State, Event> | undefined }> {
  const { streamId, version } = log;
  const limit = context.sizes.ahead;
  let [folded, start] = [0, ''];
  const range = { after: from, before: LAST, version, limit };
  for await (const effective of effectiveEvents(context, streamId, range)) {
    const { effectiveAt: stoppedAt, version: own } = effective.event;
    if ((await visitor.stops?.(undefined)) === true) return { folded, stoppedAt };
    const position = positionKey(effective.event);
    if (folded >= limit - SPARE && levelOf(streamId, own, context.sizes.cuts) > 0) {
      start = position;
      break;
    }
    visitor.fold(effective);
    folded += 1;
    // The page has one more entry, which showed that this event is whole.
    if (folded + 1 < limit) continue;
    start = afterPosition(position);
    break;
  }
  if (start === '') return { folded };
  const tree = await openTree(context, log);
  const visited = await visit({ context, log, tree, start, end: LAST, visitor });
  context.onSlowRead(streamId, folded + visited.folded);
  return { ...visited, folded: folded + visited.folded, tree };
}

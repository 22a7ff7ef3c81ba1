import type { ViewsReader } from '@hindsight/views';
import { Problem } from './problems';

/** Whether a position of the feed, such as `12.3`, is after another one. */
function isAfter(position: string, other: string): boolean {
  const [[chunk = 0, offset = 0], [last = 0, end = 0]] = [position, other].map((text) =>
    text.split('.').map(Number),
  ) as [number[], number[]];
  return chunk === last ? offset > end : chunk > last;
}

/**
 * Refuses a position that the feed has not reached, as a client has one after an older copy of the data was restored:
 * it would silently miss everything up to there.
 * @throws Problem position-not-found
 */
export async function refuseBeyondEnd(views: ViewsReader, position: string): Promise<void> {
  const endPosition = await views.feedEnd();
  if (!isAfter(position, endPosition)) return;
  const detail = `position ${position} is after the end of the feed, ${endPosition}; was an older copy of the data restored?`;
  throw new Problem('position-not-found', detail, { members: { endPosition } });
}

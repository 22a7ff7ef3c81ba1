import type { ViewsReader } from '@hindsight/views';
import { malformed } from './problems';

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
 * @throws Problem malformed-request
 */
export async function refuseBeyondEnd(views: ViewsReader, path: string, position: string): Promise<void> {
  const end = await views.feedEnd();
  if (!isAfter(position, end)) return;
  const message = `is after the end of the feed, ${end}; was an older copy of the data restored?`;
  throw malformed([{ path, message }]);
}

import { evaluate } from '../write/evaluate';
import { highOf, recordedEventOf, type EventItem } from '../storage/items';
import { eventKey, LAST } from '../storage/keys';
import type { Followed, FollowOptions } from '../types';
import type { Reading } from './nearest-snapshot';
import { emptyView, viewOf } from './known-log';

/** Items in one request: a follower that is up to date reads one or two, and no follower holds more than this. */
const ITEMS_AT_ONCE = 25;

/** It stands before something that was recorded already, or changes what was. */
function mayAdjust({ registry }: Reading, item: EventItem, before: EventItem | undefined): boolean {
  if (registry.get(item.event.eventType)?.kind === 'correction') return true;
  return before !== undefined && item.effectiveAt < highOf(before);
}

/** What the event of an item changed in the history that was known before it; read from the log as it was then. */
async function adjustmentOf(reading: Reading, item: EventItem, before: EventItem | undefined) {
  const view = before ? viewOf(reading.registry, before) : emptyView(item.productId);
  const event = recordedEventOf(item);
  const evaluation = await evaluate(reading, view, [{ event, sent: event, hash: item.hash }], {
    now: item.recordedAt,
  });
  return 'error' in evaluation || !evaluation.adjusts ? undefined : evaluation.adjustment;
}

/**
 * The events after a version, to the end of the log, each with what it changed in the past. Beside the pages of
 * events it reads what the late ones among them made their appends read.
 */
export async function* follow(
  reading: Reading,
  productId: string,
  { after, adjustments = true, again = false, atOnce = ITEMS_AT_ONCE }: FollowOptions,
): AsyncGenerator<Followed> {
  // What an event changed is told from the one before it.
  const first = Math.max(1, after - (again ? 1 : 0));
  const range = { after: eventKey(first), before: `v#${LAST}`, limit: atOnce };
  let before: EventItem | undefined;
  for await (const items of reading.store.pages<EventItem>(productId, range)) {
    for (const item of items) {
      if (item.version > after || (again && item.version === after)) {
        const adjusts = adjustments && mayAdjust(reading, item, before);
        const adjustment = adjusts ? await adjustmentOf(reading, item, before) : undefined;
        yield { event: recordedEventOf(item), ...(adjustment && { adjustment }) };
      }
      before = item;
    }
  }
}

import { assert } from '../assert';
import { evaluate, type Evaluation } from './evaluate';
import { recordedEventOf, type EventItem, type LoggedEvent } from '../storage/items';
import { eventKey } from '../storage/keys';
import type { Reading } from '../read/nearest-snapshot';
import type { View } from '../read/known-log';
import type { AppendedEvent } from '../types';

/** An append has at most this many events. */
const LONGEST_APPEND = 25;

/** One append as it was made: its events, and what they changed in the log as it was then. */
export interface FirstResult {
  readonly items: readonly EventItem[];
  readonly evaluation: Evaluation;
}

/** An event as its append answered it. */
export const appendedEvent = ({ comparison }: Evaluation, event: LoggedEvent): AppendedEvent => ({
  ...event,
  ...comparison.landings.get(event.version)?.findings,
});

export const eventsOf = ({ items, evaluation }: FirstResult): AppendedEvent[] =>
  items.map((item) => appendedEvent(evaluation, recordedEventOf(item)));

/**
 * The events of the append that an item came with. Only the last event of an append is listed by its time (see
 * `recordedKey`), so an append begins after such an event, and ends with one.
 */
async function appendAround({ store }: Reading, item: EventItem): Promise<readonly EventItem[]> {
  const { productId, version, recordedKey } = item;
  const isLast = recordedKey !== undefined;
  const before = version === 1 ? undefined : await store.get<EventItem>(productId, eventKey(version - 1));
  // Most appends have one event: the read above has seen that this is one.
  if (isLast && (before === undefined || before.recordedKey !== undefined)) return [item];
  const around: EventItem[] = [];
  const range = {
    after: eventKey(Math.max(1, version - LONGEST_APPEND)),
    before: eventKey(version + LONGEST_APPEND),
  };
  for await (const items of store.pages<EventItem>(productId, range)) around.push(...items);
  const isEnd = ({ recordedKey: key }: EventItem): boolean => key !== undefined;
  const first = around.findLast((one) => one.version < version && isEnd(one))?.version ?? 0;
  const last = around.find((one) => one.version >= version && isEnd(one))?.version ?? version;
  return around.filter((one) => one.version > first && one.version <= last);
}

/**
 * What the appends of some events answered when they were made, in their order. What the log was before each of them is
 * still in the log, so it is worked out again.
 * @param viewThrough the log as known through a version
 */
export async function firstResults(
  reading: Reading,
  known: Iterable<EventItem>,
  viewThrough: (productId: string, version: number) => Promise<View>,
): Promise<readonly FirstResult[]> {
  const results: FirstResult[] = [];
  const sorted = [...known].sort((a, b) => a.version - b.version);
  for (const item of sorted) {
    if (results.some(({ items }) => items.some(({ version }) => version === item.version))) continue;
    const items = await appendAround(reading, item);
    const view = await viewThrough(item.productId, (items[0]?.version ?? 1) - 1);
    const events = items.map((one) => {
      const event = recordedEventOf(one);
      return { event, sent: event, hash: one.hash };
    });
    const evaluation = await evaluate(reading, view, events, { now: item.recordedAt });
    assert(!('error' in evaluation), 'an append that is in the log can be made');
    results.push({ items, evaluation });
  }
  return results;
}

import { assert, type Content, type Judged } from '@hindsight/bitemporal';
import type { ReadContext } from '../read/context';
import type { KnownLog } from '../read/known-log';
import { recordedEventOf, type EventItem, type Logged } from '../storage/items';
import { eventKey, streamOf } from '../storage/keys';
import { evaluate, type Evaluation } from './evaluate';

/** An append has at most this many events. */
const LONGEST_APPEND = 25;

/** One append as it was made: its events, and what they changed in the log as it was then. */
export interface FirstResult<State, Event extends Content> {
  readonly items: readonly EventItem[];
  readonly events: readonly Logged<Event>[];
  readonly evaluation: Evaluation<State, Event>;
}

/** An event as its append answered it. */
export const appendedEvent = <State, Event extends Content>(
  { comparison }: Evaluation<State, Event>,
  event: Logged<Event>,
): Logged<Event> => ({ ...event, ...comparison.outcomes.get(event.version)?.findings });

/**
 * The events of the append that an item came with. Only the last event of an append is listed by its time (see
 * `recordedKey`), so an append begins after such an event, and ends with one.
 */
async function appendAround<State extends Judged, Event extends Content>(
  { store }: ReadContext<State, Event>,
  item: EventItem,
): Promise<readonly EventItem[]> {
  const { version, recordedKey } = item;
  const streamId = streamOf(item);
  const isLast = recordedKey !== undefined;
  const before = version === 1 ? undefined : await store.get<EventItem>(streamId, eventKey(version - 1));
  // Most appends have one event: the read above has seen that this is one.
  if (isLast && (before === undefined || before.recordedKey !== undefined)) return [item];
  const around: EventItem[] = [];
  const range = {
    after: eventKey(Math.max(1, version - LONGEST_APPEND)),
    before: eventKey(version + LONGEST_APPEND),
  };
  for await (const items of store.pages<EventItem>(streamId, range)) around.push(...items);
  const isEnd = ({ recordedKey: key }: EventItem): boolean => key !== undefined;
  const first = around.findLast((one) => one.version < version && isEnd(one))?.version ?? 0;
  const last = around.find((one) => one.version >= version && isEnd(one))?.version ?? version;
  return around.filter((one) => one.version > first && one.version <= last);
}

/**
 * What the appends of some events answered when they were made, in their order. What the log was before each of them is
 * still in the log, so it is computed again.
 * @param logThrough the log as known through a version
 */
export async function firstResults<State extends Judged, Event extends Content>(
  context: ReadContext<State, Event>,
  known: Iterable<EventItem>,
  logThrough: (streamId: string, version: number) => Promise<KnownLog<State>>,
): Promise<readonly FirstResult<State, Event>[]> {
  const results: FirstResult<State, Event>[] = [];
  const sorted = [...known].sort((a, b) => a.version - b.version);
  for (const item of sorted) {
    if (results.some(({ items }) => items.some(({ version }) => version === item.version))) continue;
    const items = await appendAround(context, item);
    const log = await logThrough(streamOf(item), (items[0]?.version ?? 1) - 1);
    const numbered = items.map((one) => {
      const event = recordedEventOf(context.domain, one);
      return { event, sent: event, hash: one.hash };
    });
    const evaluation = await evaluate(context, log, numbered, { now: item.recordedAt });
    assert(!('error' in evaluation), 'an append that is in the log can be made');
    results.push({
      items,
      events: numbered.map(({ event }) => appendedEvent(evaluation, event)),
      evaluation,
    });
  }
  return results;
}

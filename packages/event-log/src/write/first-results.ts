import { assert, type Content, type Judged } from '@hindsight/bitemporal';
import type { ReadContext } from '../read/context';
import { appendOf, type KnownLog } from '../read/known-log';
import { recordedEventOf, type EventItem, type Logged } from '../storage/items';
import { streamOf } from '../storage/keys';
import { evaluate, type Evaluation } from '../read/evaluate';

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
    const items = await appendOf(context.store, item);
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

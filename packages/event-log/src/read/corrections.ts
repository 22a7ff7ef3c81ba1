import { assert, type Content, type EventReference, type Judged } from '@hindsight/bitemporal';
import { recordedEventOf, type EventItem } from '../storage/items';
import { eventKey } from '../storage/keys';
import { KEYS_LIMIT } from '../storage/store';
import type { Corrected, ReferencedEvent } from '../types';
import type { ReadContext } from './context';

/** The items of some versions, by version. */
async function itemsOf<State extends Judged, Event extends Content>(
  { store }: ReadContext<State, Event>,
  streamId: string,
  versions: readonly number[],
): Promise<ReadonlyMap<number, EventItem>> {
  const keys = [...new Set(versions)].map(eventKey);
  const items = new Map<number, EventItem>();
  for (let first = 0; first < keys.length; first += KEYS_LIMIT) {
    for (const item of await store.getAll<EventItem>(streamId, keys.slice(first, first + KEYS_LIMIT)))
      items.set(item.version, item);
  }
  return items;
}

/**
 * For each of some events that count: if it was corrected, by what, and what it was before. A reference only has the
 * version of the correction, so that stored states stay small: two items more are read for each corrected event, and
 * none for the others.
 */
export async function correctionsOf<State extends Judged, Event extends Content>(
  context: ReadContext<State, Event>,
  streamId: string,
  references: readonly EventReference[],
): Promise<readonly Corrected<Event>[]> {
  const versions = references.flatMap(({ version, correction }) =>
    correction === undefined ? [] : [version, correction],
  );
  const items = await itemsOf(context, streamId, versions);
  const eventAt = (version: number) => {
    const item = items.get(version);
    assert(item !== undefined, `version ${version} of ${streamId} is in the log`);
    return recordedEventOf(context.domain, item);
  };
  return references.map(({ version, correction }) => {
    if (correction === undefined) return {};
    const by = eventAt(correction);
    const { eventId, recordedAt, recordedBy } = by;
    const { reason } = context.domain.correction(by) ?? {};
    return {
      correctedBy: {
        ...{ eventId, version: correction, recordedAt, recordedBy },
        ...(reason !== undefined && { reason }),
      },
      original: eventAt(version),
    };
  });
}

/** References as answers show them. */
export async function referencedEvents<State extends Judged, Event extends Content>(
  context: ReadContext<State, Event>,
  streamId: string,
  references: readonly EventReference[],
): Promise<ReferencedEvent<Event>[]> {
  const corrections = await correctionsOf(context, streamId, references);
  return references.map(({ correction, ...reference }, index) => ({ ...reference, ...corrections[index] }));
}

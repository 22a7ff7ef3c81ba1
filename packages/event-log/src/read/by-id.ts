/**
 * Which events are in the log already, by their ids.
 *
 * The id of an event is a key of its item, in a local index that the put of the event writes with it, and that can be
 * read consistently. So no item of its own, and no transaction, has to guard an id. What guards it instead is the order
 * of two reads: an append reads the head first, at version N, and the ids after it. Any writer that appended since the
 * head was read has taken version N + 1, and the condition of the write fails; and whatever was appended before, the
 * look at the ids has seen. So the write succeeds only if the ids were new.
 *
 * The other order, or both reads at once, is wrong: the original and its repetition in flight both find that the id is
 * new; the original is stored as N + 1; the repetition then reads the head, N + 1, and is stored as N + 2.
 */
import type { EventItem } from '../storage/items';
import { compareKeys, keySchema, versionIn, type ItemKey } from '../storage/keys';
import type { Store } from '../storage/store';

/** At first, one request looks for several ids; beyond so many entries between them, each is asked for alone. */
const ENTRIES_AT_ONCE = 50;

type IdEntry = ItemKey & { readonly idKey: string };

/**
 * The versions of the events that have one of some ids. One request for one id, and for ids that have few others between
 * them, such as those that were made of one key; otherwise one more request for each id that is still open.
 */
export async function versionsById(
  store: Store,
  streamId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const sorted = [...new Set(ids)].sort(compareKeys);
  const [first, last] = [sorted[0], sorted.at(-1)];
  const found = new Map<string, number>();
  if (first === undefined || last === undefined) return found;
  const look = async (after: string, before: string) => {
    const range = { index: keySchema.byId, keysOnly: true, after, before, limit: ENTRIES_AT_ONCE };
    const { items, nextKey } = await store.page<IdEntry>(streamId, range);
    for (const { idKey, sk } of items) found.set(idKey, versionIn(sk));
    return nextKey === undefined ? undefined : items.at(-1)?.idKey;
  };
  const through = await look(first, last);
  if (through !== undefined) {
    const open = sorted.filter((id) => compareKeys(id, through) > 0);
    await Promise.all(open.map((id) => look(id, id)));
  }
  return new Map([...found].filter(([id]) => sorted.includes(id)));
}

/** The event that has an id, in one request. */
export async function itemById(
  store: Store,
  streamId: string,
  eventId: string,
): Promise<EventItem | undefined> {
  const range = { index: keySchema.byId, after: eventId, before: eventId, limit: 1 };
  return (await store.page<EventItem>(streamId, range)).items[0];
}

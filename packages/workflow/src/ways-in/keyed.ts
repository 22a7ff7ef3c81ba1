import { createHash } from 'node:crypto';
import { registry, type ProductEvent } from '@hindsight/domain';
import { contentHash, type Keyed } from '@hindsight/event-log';

/**
 * Names the events of one request that have no id, in order: `key`, `key:1`, `key:2` … The first is the key itself,
 * whether others follow or not: so a key that is used again always meets the event that it named before.
 */
export function naming(key: string, named: string[]): () => string {
  return () => {
    named.push(named.length === 0 ? key : `${key}:${named.length}`);
    return named.at(-1) as string;
  };
}

/**
 * What a repetition of the request must match, besides the content of each event: the whole batch. Nothing for a single
 * event, whose content says it all.
 */
export function keyedBy(ids: readonly string[], events: readonly ProductEvent[]): Keyed | undefined {
  if (ids.length === 0 || events.length === 1) return undefined;
  const batch = events.map((event) => [
    ids.includes(event.eventId) ? null : event.eventId,
    contentHash(registry, event),
  ]);
  return { ids, batch: createHash('sha256').update(JSON.stringify(batch)).digest('base64url') };
}

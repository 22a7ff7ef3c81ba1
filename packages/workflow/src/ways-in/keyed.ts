import { createHash } from 'node:crypto';
import { registry, type ProductEvent } from '@hindsight/domain';
import { contentHash, type Keyed } from '@hindsight/event-log';

/**
 * Derives ids from the idempotency key for the events of one request that have none, in order: `key`,
 * `key:1`, `key:2` … The first id is the key itself, however many events follow, so a reused key always
 * matches the event that it named before.
 */
export function naming(key: string, named: string[]): () => string {
  return () => {
    named.push(named.length === 0 ? key : `${key}:${named.length}`);
    return named.at(-1) as string;
  };
}

/**
 * The fingerprint that a retry of the request must match in addition to the content of each event: that of
 * the whole batch. Absent for a single event, whose content is sufficient.
 */
export function keyedBy(ids: readonly string[], events: readonly ProductEvent[]): Keyed | undefined {
  if (ids.length === 0 || events.length === 1) return undefined;
  const batch = events.map((event) => [
    ids.includes(event.eventId) ? null : event.eventId,
    contentHash(registry, event),
  ]);
  return { ids, batch: createHash('sha256').update(JSON.stringify(batch)).digest('base64url') };
}

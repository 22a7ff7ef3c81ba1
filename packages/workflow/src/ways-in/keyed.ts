import { createHash } from 'node:crypto';
import { registry, type SentEvent } from '@hindsight/domain';
import { contentHash } from '@hindsight/event-log';
import type { ActPart } from '../product-log';
import { isRecord } from './opened';

/**
 * Derives ids from the idempotency key for the events of one request that have none, in order: `key`,
 * `key:1`, `key:2` … The first id is the key itself, however many events follow, so a reused key always
 * matches the event that it named before. In an act, each product counts for itself, so that the order of the
 * products does not matter.
 */
export function naming(key: string, named: string[]): (productId?: string) => string {
  const counts = new Map<string | undefined, number>();
  return (productId) => {
    const count = counts.get(productId) ?? 0;
    counts.set(productId, count + 1);
    const id = count === 0 ? key : `${key}:${count}`;
    named.push(id);
    return id;
  };
}

const byProduct = ({ productId: a }: ActPart, { productId: b }: ActPart): number => (a < b ? -1 : 1);

const hasId = (sent: SentEvent | undefined): boolean =>
  isRecord(sent?.event) && sent.event['eventId'] !== undefined;

/**
 * Adds the fingerprint that a retry of the request must match in addition to the content of each event that the key
 * named: that of the whole batch. Absent for a single event, whose content is sufficient.
 * @param sent the events of the request, which the parts name by their indexes
 */
export function keyed(parts: readonly ActPart[], sent: readonly SentEvent[]): readonly ActPart[] {
  const isNamed = ({ indexes }: ActPart, index: number): boolean => !hasId(sent[indexes?.[index] ?? index]);
  const entries = parts.toSorted(byProduct).map((part) =>
    part.events.map((event, index) => {
      const id = isNamed(part, index) ? null : event.eventId;
      const entry = [id, contentHash(registry, event)];
      // Which product it is of distinguishes the events of an act. An append names its product in the address.
      return part.indexes === undefined ? entry : [part.productId, ...entry];
    }),
  );
  const all = entries.flat();
  if (all.length === 1) return parts;
  const batch = createHash('sha256').update(JSON.stringify(all)).digest('base64url');
  return parts.map((part) => {
    const ids = part.events.filter((_, index) => isNamed(part, index)).map(({ eventId }) => eventId);
    return ids.length === 0 ? part : { ...part, keyed: { ids, batch } };
  });
}

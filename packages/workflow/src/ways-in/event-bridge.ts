import type { SentEvent } from '@hindsight/domain';
import { isRecord, isUnset, member, type Fields, type Opened } from './opened';

/**
 * The event in an EventBridge envelope, its `detail.ProductEvent`. EventBridge delivers at least once, and a repeated
 * delivery has the same `id`: it names an event that has no id of its own.
 */
export function openEventBridge({ event: envelope, path }: SentEvent & { readonly event: Fields }): Opened {
  const { id, detail } = envelope;
  const refused = (name: string, message: string): Opened => ({
    errors: [{ path: member(path, name), message }],
  });
  if (!isRecord(detail)) return refused('detail', 'must be an object with a ProductEvent');
  if (!isUnset(id) && typeof id !== 'string') return refused('id', 'must be a string');
  const event = detail['ProductEvent'];
  const inside = member(path, 'detail.ProductEvent');
  if (!isRecord(event) || isUnset(id) || event['eventId'] !== undefined) return { event, path: inside };
  return {
    event: { ...event, eventId: id },
    path: inside,
    fieldPaths: new Map([['eventId', member(path, 'id')]]),
  };
}

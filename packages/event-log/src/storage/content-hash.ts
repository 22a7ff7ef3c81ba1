import { inKeyOrder } from '@hindsight/bitemporal';
import { createHash } from 'node:crypto';
import type { Content, Domain, Judged } from '@hindsight/bitemporal';
import type { Sent } from './items';

/**
 * What a retry must repeat: the content that the client sent, normalized, without its id and without what its stream
 * implies or the server adds. SHA-256, base64url.
 * @param batch a digest of the whole batch, if only the whole batch is a repetition of the event (see `Keyed`)
 */
export function contentHash<State extends Judged, Event extends Content>(
  domain: Pick<Domain<State, Event>, 'asSent' | 'codec'>,
  event: Sent<Event>,
  batch = '',
): string {
  const sent = domain.asSent(event);
  const stored = domain.codec.storeEvent(sent);
  // The fields that are stored, as they were sent: how a domain stores a field is no part of the content.
  const content = Object.entries(sent).filter(([field]) => field !== 'eventId' && field in stored);
  return createHash('sha256')
    .update(JSON.stringify(inKeyOrder(Object.fromEntries(content))))
    .update(batch)
    .digest('base64url');
}

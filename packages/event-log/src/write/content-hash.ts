import { createHash } from 'node:crypto';
import type { ProductEvent } from '@hindsight/domain';
import { inKeyOrder } from '../storage/key-order';

const NAMING: ReadonlySet<string> = new Set(['eventId', 'productId', 'eventCategory']);

/**
 * What a retry must repeat: the content that the client sent, normalised, without what names it or what the
 * server adds. SHA-256, base64url.
 * @param batch a digest of the whole batch, if only the whole batch is a repetition of the event (see `Keyed`)
 */
export function contentHash(event: ProductEvent, batch = ''): string {
  const content = Object.entries(event).filter(([field]) => !NAMING.has(field));
  return createHash('sha256')
    .update(JSON.stringify(inKeyOrder(Object.fromEntries(content))))
    .update(batch)
    .digest('base64url');
}

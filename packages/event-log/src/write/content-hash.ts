import { createHash } from 'node:crypto';
import type { ProductEvent } from '@hindsight/domain';
import { inKeyOrder } from '../storage/key-order';

const NAMING: ReadonlySet<string> = new Set(['eventId', 'productId', 'eventCategory']);

/**
 * What a retry must repeat: the content that the client sent, normalised, without what names it or what the
 * server adds. SHA-256, base64url.
 */
export function contentHash(event: ProductEvent): string {
  const content = Object.entries(event).filter(([field]) => !NAMING.has(field));
  return createHash('sha256')
    .update(JSON.stringify(inKeyOrder(Object.fromEntries(content))))
    .digest('base64url');
}

import { createHash } from 'node:crypto';
import type { ProductEvent } from '@hindsight/domain';

const NAMING: ReadonlySet<string> = new Set(['eventId', 'productId', 'eventCategory']);

/** JSON with its keys in order, so that equal values have equal texts. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/**
 * What a retry must repeat: the content that the client sent, normalised, without what names it or what the
 * server adds. SHA-256, base64url.
 */
export function contentHash(event: ProductEvent): string {
  const content = Object.entries(event).filter(([field]) => !NAMING.has(field));
  return createHash('sha256')
    .update(canonicalJson(Object.fromEntries(content)))
    .digest('base64url');
}

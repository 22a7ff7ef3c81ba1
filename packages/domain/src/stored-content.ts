import { inKeyOrder } from '@hindsight/bitemporal';
import type { ChangeContent, EventContext } from './types';

type Content = Readonly<Record<string, unknown>>;

/**
 * The metadata of an event is stored as one text. Its names are arbitrary, and a table can't store every
 * name: DynamoDB rejects an empty attribute name, and the AWS SDK mistakes `constructor` and `__proto__` for
 * members of the object itself.
 */
export function storeContent(content: Content): Content {
  const { metadata } = content;
  return metadata === undefined ? content : { ...content, metadata: JSON.stringify(metadata) };
}

/** The content of a stored event, its keys in order: a table returns them in any order. */
export function loadContent(stored: Content): ChangeContent & EventContext {
  const { metadata } = stored;
  // Events of earlier versions have it as a map.
  const content =
    typeof metadata === 'string' ? { ...stored, metadata: JSON.parse(metadata) as unknown } : stored;
  return inKeyOrder(content) as unknown as ChangeContent & EventContext;
}

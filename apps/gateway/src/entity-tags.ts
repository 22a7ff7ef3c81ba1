/** An entity tag of a header, RFC 9110, 8.8.3. */
export interface EntityTag {
  readonly isWeak: boolean;
  /** Including its quotes. */
  readonly opaque: string;
}

const ELEMENT = /[\t ]*(?:(W\/)?("[\x21\x23-\x7e\x80-\xff]*")[\t ]*)?(,|$)/y;

/**
 * Parses `If-Match` and `If-None-Match`: `*`, or a list of tags. List elements may be empty, and tags may
 * contain commas. Undefined: invalid.
 */
export function entityTagsIn(value: string): '*' | readonly EntityTag[] | undefined {
  if (value.trim() === '*') return '*';
  const tags: EntityTag[] = [];
  ELEMENT.lastIndex = 0;
  for (let end = false; !end;) {
    const match = ELEMENT.exec(value);
    if (match === null) return undefined;
    const [, weak, opaque, comma] = match;
    if (opaque !== undefined) tags.push({ isWeak: weak !== undefined, opaque });
    end = comma === '';
  }
  return tags.length === 0 ? undefined : tags;
}

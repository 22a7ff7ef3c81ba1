/** The cursor of the page: which moment is shown, and as known when. null: now. */
export interface Cursor {
  readonly asOf: string | null;
  readonly knownAt: string | null;
}

export const NOW: Cursor = { asOf: null, knownAt: null };

function momentOf(text: string | null): string | null {
  if (text === null || !Number.isFinite(Date.parse(text))) return null;
  return new Date(text).toISOString();
}

export function cursorFrom(search: string): Cursor {
  const query = new URLSearchParams(search);
  return { asOf: momentOf(query.get('asOf')), knownAt: momentOf(query.get('knownAt')) };
}

/** A query string with some parameters changed: undefined removes one. Colons stay as they are, for people to read. */
export function withParameters(
  search: string,
  changes: Readonly<Record<string, string | undefined>>,
): string {
  const query = new URLSearchParams(search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) query.delete(name);
    else query.set(name, value);
  }
  return query.size > 0 ? `?${query.toString().replaceAll('%3A', ':')}` : '';
}

/** As a query string with its question mark, or empty; what else is in `search` stays. */
export function withCursor(search: string, { asOf, knownAt }: Cursor): string {
  const query = new URLSearchParams(search);
  query.delete('asOf');
  query.delete('knownAt');
  const rest = query.toString();
  const own = [asOf === null ? '' : `asOf=${asOf}`, knownAt === null ? '' : `knownAt=${knownAt}`];
  const text = [...own, rest].filter((part) => part !== '').join('&');
  return text === '' ? '' : `?${text}`;
}

export const isNow = ({ asOf, knownAt }: Cursor): boolean => asOf === null && knownAt === null;

/** The cursor as parameters of a request. */
export const asQuery = ({ asOf, knownAt }: Cursor) => ({
  ...(asOf !== null && { asOf }),
  ...(knownAt !== null && { knownAt }),
});

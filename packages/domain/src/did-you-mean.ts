import { closest, distance } from 'fastest-levenshtein';

/** Letters only: `as_of`, `AsOf` and `asOf` are the same word. */
const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');

/** A name longer than all of ours is not a misspelling of one. */
const LONGEST = 64;

/**
 * The known name that an unknown name probably means; undefined if none is close: at most one letter in
 * three may differ.
 */
export function meantBy(name: string, known: readonly string[]): string | undefined {
  const given = plain(name);
  if (name.length > LONGEST || known.length === 0) return undefined;
  const nearest = closest(given, known.map(plain));
  if (distance(given, nearest) > Math.floor(given.length / 3)) return undefined;
  return known.find((one) => plain(one) === nearest);
}

/** `; did you mean color?`, or nothing. */
export function didYouMean(name: string, known: readonly string[]): string {
  const meant = meantBy(name, known);
  return meant === undefined ? '' : `; did you mean ${meant}?`;
}

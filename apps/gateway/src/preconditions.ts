import type { IncomingMessage } from 'node:http';
import { entityTagsIn, type EntityTag } from './entity-tags';
import { malformed } from './problems';

/** The precondition of an append. */
export type Precondition =
  | { readonly kind: 'none' }
  | { readonly kind: 'exists' }
  /** One of these versions; 0: the product does not exist. An empty list never matches. */
  | { readonly kind: 'one of'; readonly versions: readonly number[] }
  /** Any version except these. */
  | { readonly kind: 'none of'; readonly versions: readonly number[] };

/**
 * Matches the tags of states: `"7"`, and `"7.5"` if event 5 became effective after version 7 was recorded.
 */
const VERSION_TAG = /^"([1-9]\d{0,14})(?:\.[1-9]\d{0,14})?"$/;

const refuse = (path: string, message: string) => malformed([{ path, message }]);

const FORM = 'must be *, or tags in quotes with commas between them, such as "3" or "3", "4"';

function tagsIn(path: string, value: string): '*' | readonly EntityTag[] {
  const tags = entityTagsIn(value);
  if (tags === undefined) throw refuse(path, FORM);
  return tags;
}

/** No state has any other tag, so other tags never match. */
function versionsOf(tags: readonly EntityTag[]): number[] {
  const versions = tags.flatMap(({ opaque }) => Number(VERSION_TAG.exec(opaque)?.[1] ?? []));
  return versions.filter((version) => version > 0);
}

/**
 * Parses `If-Match` and `If-None-Match` of an append (RFC 9110). `If-Match` uses strong comparison, so a weak
 * tag never matches; `If-None-Match` uses weak comparison.
 * @throws Problem malformed-request
 */
export function preconditionOf({ headers }: Pick<IncomingMessage, 'headers'>): Precondition {
  const match = headers['if-match'];
  const noneMatch = headers['if-none-match'];
  if (match !== undefined && noneMatch !== undefined) {
    throw refuse('If-None-Match', 'cannot be combined with If-Match: give one of the two');
  }
  if (match !== undefined) {
    const tags = tagsIn('If-Match', match);
    if (tags === '*') return { kind: 'exists' };
    return { kind: 'one of', versions: versionsOf(tags.filter(({ isWeak }) => !isWeak)) };
  }
  if (noneMatch === undefined) return { kind: 'none' };
  const tags = tagsIn('If-None-Match', noneMatch);
  return tags === '*' ? { kind: 'one of', versions: [0] } : { kind: 'none of', versions: versionsOf(tags) };
}

/** No product reaches this version. An append that expects it is refused, unless it is a retry. */
const NEVER = Number.MAX_SAFE_INTEGER;

/**
 * The version that an append must expect to satisfy a precondition; undefined: any. The version is checked
 * when the events are stored, after deduplication: the retry of a success never fails with 412.
 * @param headVersion reads the current version, for preconditions that don't imply a single version
 */
export async function expectedVersion(
  precondition: Exclude<Precondition, { kind: 'exists' }>,
  headVersion: () => Promise<number>,
): Promise<number | undefined> {
  if (precondition.kind === 'none') return undefined;
  const { kind, versions } = precondition;
  const [only] = versions;
  if (kind === 'one of' && versions.length <= 1) return only ?? NEVER;
  if (only === undefined) return undefined;
  const head = await headVersion();
  const isNamed = versions.includes(head);
  if (kind === 'one of') return isNamed ? head : Math.max(...versions);
  if (isNamed) return NEVER;
  // Versions only grow, so an excluded future version might be reached before the append is stored.
  return versions.some((version) => version > head) ? head : undefined;
}

/**
 * Whether `If-None-Match` of a read matches the tag, so that 304 suffices. Express's own check never matches
 * if the request has `Cache-Control: no-cache`, which `fetch` adds to every request with a tag. Uses weak
 * comparison (RFC 9110).
 */
export function noneMatchHolds({ headers }: Pick<IncomingMessage, 'headers'>, tag: string): boolean {
  const given = entityTagsIn(headers['if-none-match'] ?? '');
  const opaque = tag.replace(/^W\//, '');
  return given === '*' || (given?.some((one) => one.opaque === opaque) ?? false);
}

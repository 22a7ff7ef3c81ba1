import type { IncomingMessage } from 'node:http';
import { entityTagsIn, type EntityTag } from './entity-tags';
import { malformed } from './problems';

/** What an append must find. */
export type Precondition =
  | { readonly kind: 'none' }
  | { readonly kind: 'exists' }
  /** One of these versions; 0: the product does not exist. None of them: the condition never holds. */
  | { readonly kind: 'one of'; readonly versions: readonly number[] }
  /** Any version but these. */
  | { readonly kind: 'none of'; readonly versions: readonly number[] };

/** The tags that states have: `"7"`, and `"7.5"` of a state in which event 5 fell due since version 7. */
const VERSION_TAG = /^"([1-9]\d{0,14})(?:\.[1-9]\d{0,14})?"$/;

const refuse = (path: string, message: string) => malformed([{ path, message }]);

const FORM = 'must be *, or tags in quotes with commas between them, such as "3" or "3", "4"';

function tagsIn(path: string, value: string): '*' | readonly EntityTag[] {
  const tags = entityTagsIn(value);
  if (tags === undefined) throw refuse(path, FORM);
  return tags;
}

/** Other tags are none of any state, and match nothing. */
function versionsOf(tags: readonly EntityTag[]): number[] {
  const versions = tags.flatMap(({ opaque }) => Number(VERSION_TAG.exec(opaque)?.[1] ?? []));
  return versions.filter((version) => version > 0);
}

/**
 * Reads `If-Match` and `If-None-Match` of an append as RFC 9110 has them: `If-Match` compares strongly, so that a weak
 * tag never matches; `If-None-Match` compares weakly.
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

/** No product comes to this version: an append that expects it is refused, unless it is a repetition. */
const NEVER = Number.MAX_SAFE_INTEGER;

/**
 * The version that an append has to expect so that a precondition holds; undefined: any. The version is checked where
 * the events are stored, after repetitions are recognized: a retry of a success is never 412.
 * @param headVersion asks for the current version, for conditions that one version does not settle
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
  // Versions only grow: one that is named and still to come must not come in between.
  return versions.some((version) => version > head) ? head : undefined;
}

/**
 * Whether `If-None-Match` of a read holds the tag, so that 304 says enough. Express has a test of its own, which
 * never passes when the request says `Cache-Control: no-cache`, as those of `fetch` do that come with a tag.
 * Tags are compared weakly, as RFC 9110 has it.
 */
export function noneMatchHolds({ headers }: Pick<IncomingMessage, 'headers'>, tag: string): boolean {
  const given = entityTagsIn(headers['if-none-match'] ?? '');
  const opaque = tag.replace(/^W\//, '');
  return given === '*' || (given?.some((one) => one.opaque === opaque) ?? false);
}

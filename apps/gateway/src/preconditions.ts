import type { IncomingMessage } from 'node:http';
import { malformed } from './problems';

/** What an append must find: one version, an existing product, no product, or anything. */
export type Precondition =
  | { readonly kind: 'none' }
  | { readonly kind: 'exists' }
  | { readonly kind: 'version'; readonly version: number };

/** Takes the tags of this gateway: `"7"`, and `"7.5"` of a state in which event 5 fell due since version 7. */
const VERSION_TAG = /^"(\d{1,15})(?:\.\d{1,15})?"$/;

const refuse = (path: string, message: string) => malformed([{ path, message }]);

function ifMatch(value: string): Precondition {
  if (value.trim() === '*') return { kind: 'exists' };
  const version = VERSION_TAG.exec(value.trim())?.[1];
  if (version !== undefined) return { kind: 'version', version: Number(version) };
  const weak = value.includes('W/') ? ' (a weak tag never matches here)' : '';
  throw refuse('If-Match', `must be one version in quotes, such as "3", or *${weak}`);
}

/**
 * Reads `If-Match` and `If-None-Match` of an append.
 * @throws Problem malformed-request
 */
export function preconditionOf({ headers }: Pick<IncomingMessage, 'headers'>): Precondition {
  const match = headers['if-match'];
  const noneMatch = headers['if-none-match'];
  if (match !== undefined && noneMatch !== undefined) {
    throw refuse('If-None-Match', 'cannot be combined with If-Match: give one of the two');
  }
  if (match !== undefined) return ifMatch(match);
  if (noneMatch === undefined) return { kind: 'none' };
  if (noneMatch.trim() === '*') return { kind: 'version', version: 0 };
  throw refuse('If-None-Match', 'must be * here: the product must not exist yet');
}

const opaque = (tag: string): string => tag.replace(/^W\//, '');

/**
 * Whether `If-None-Match` of a read holds the tag, so that 304 says enough. Express has a test of its own, which
 * never passes when the request says `Cache-Control: no-cache`, as those of `fetch` do that come with a tag.
 * Tags are compared weakly, as the header wants it.
 */
export function noneMatchHolds({ headers }: Pick<IncomingMessage, 'headers'>, tag: string): boolean {
  const given = headers['if-none-match']?.split(',').map((one) => one.trim()) ?? [];
  return given.some((one) => one === '*' || opaque(one) === opaque(tag));
}

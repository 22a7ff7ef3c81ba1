import { createHash, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parse } from 'lossless-json';
import { z } from 'zod';
import { EnvironmentError } from '../environment-error';
import type { TokenVerifier } from './authenticator';
import { scopes } from '@hindsight/api';
import type { Principal } from './principal';

const entry = z.strictObject({
  /** Identifies the token's owner in the log. */
  name: z.string().regex(/^[A-Za-z0-9._-]{1,64}$/, 'must be 1 to 64 of A-Z a-z 0-9 . _ -'),
  /**
   * The hash of the token; the token itself is not stored. Tokens are random, so they need neither a salt nor
   * a slow hash.
   */
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits, in small letters'),
  scopes: z.array(z.enum(scopes)).min(1),
});
/**
 * The name recorded for callers without a token. A token with this name would be indistinguishable from them.
 */
const RESERVED = ['anonymous', 'import', 'unnamed'];

const isUnique = (values: readonly string[]): boolean => new Set(values).size === values.length;
const namesIn = (all: readonly { readonly name: string }[]): string[] =>
  all.map(({ name }) => name.toLowerCase());

/** Every token has exactly one owner, and every owner exactly one set of scopes. */
const list = z
  .array(entry)
  .min(1)
  .refine((all) => isUnique(namesIn(all)), 'has a name twice (upper and lower case make no difference)')
  .refine((all) => isUnique(all.map(({ sha256 }) => sha256)), 'has a token twice, under two names')
  .refine(
    (all) => !namesIn(all).some((name) => RESERVED.includes(name)),
    `has a reserved name: ${RESERVED.join(', ')}`,
  )
  .refine((all) => all.every((one) => isUnique(one.scopes)), 'has a token with a scope twice');

export type ApiToken = z.output<typeof entry>;

/** Recognizes tokens by their hashes. It always compares every hash, so the duration reveals nothing. */
export function apiTokens(tokens: readonly ApiToken[]): TokenVerifier {
  const known = tokens.map(({ name, sha256, scopes: granted }) => ({
    hash: Buffer.from(sha256, 'hex'),
    principal: { subject: name, scopes: new Set(granted) } satisfies Principal,
  }));
  const find = (token: string): Principal | undefined => {
    const hash = createHash('sha256').update(token).digest();
    const found = known.filter((one) => timingSafeEqual(one.hash, hash));
    return found[0]?.principal;
  };
  return { known: find, verify: (token) => Promise.resolve(find(token)) };
}

/**
 * The tokens of a file.
 * @throws EnvironmentError naming the file and the mistake, but never any of its content
 */
export function tokensIn(file: string): readonly ApiToken[] {
  let given: unknown;
  try {
    // If a key appears twice, JSON.parse keeps the second value, while a person may notice only the first.
    given = parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code ?? (message.startsWith('Duplicate key') ? 'it has a key twice' : 'it is not JSON');
    throw new EnvironmentError(`API_TOKENS_FILE ${file} can not be read: ${reason}`);
  }
  const read = list.safeParse(given);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const where = issue?.path.join('.') ?? '';
  throw new EnvironmentError(
    `API_TOKENS_FILE ${file} is not a list of tokens: ${where === '' ? '' : `${where} `}${issue?.message ?? ''}`,
  );
}

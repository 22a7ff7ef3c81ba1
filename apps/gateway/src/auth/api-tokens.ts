import { createHash, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { EnvironmentError } from '../environment-error';
import type { TokenVerifier } from './authenticator';
import { scopes } from '@hindsight/api';
import type { Principal } from './principal';

const entry = z.strictObject({
  /** Names the holder in the log. */
  name: z.string().regex(/^[A-Za-z0-9._-]{1,64}$/, 'must be 1 to 64 of A-Z a-z 0-9 . _ -'),
  /** Of the token, which is itself nowhere to be found here. Tokens are random: no salt, and no slow hash. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits, in small letters'),
  scopes: z.array(z.enum(scopes)).min(1),
});
const list = z
  .array(entry)
  .min(1)
  .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, 'has a name twice');

export type ApiToken = z.output<typeof entry>;

/** Knows tokens by their hashes. Every hash is compared, whichever fits, in the same time. */
export function apiTokens(tokens: readonly ApiToken[]): TokenVerifier {
  const known = tokens.map(({ name, sha256, scopes: granted }) => ({
    hash: Buffer.from(sha256, 'hex'),
    principal: { subject: name, scopes: new Set(granted) } satisfies Principal,
  }));
  return {
    verify(token) {
      const hash = createHash('sha256').update(token).digest();
      const found = known.filter((one) => timingSafeEqual(one.hash, hash));
      return Promise.resolve(found[0]?.principal);
    },
  };
}

/** The tokens of a file. @throws EnvironmentError naming the file and what is wrong with it, and no part of it */
export function tokensIn(file: string): readonly ApiToken[] {
  let given: unknown;
  try {
    given = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const { code = 'it is not JSON' } = error as NodeJS.ErrnoException;
    throw new EnvironmentError(`API_TOKENS_FILE ${file} can not be read: ${code}`);
  }
  const read = list.safeParse(given);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const where = issue?.path.join('.') ?? '';
  throw new EnvironmentError(
    `API_TOKENS_FILE ${file} is not a list of tokens: ${where === '' ? '' : `${where} `}${issue?.message ?? ''}`,
  );
}

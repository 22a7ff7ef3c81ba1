import { createHash } from 'node:crypto';
import type { Principal } from './principal';

const MOST = 1_000;
const LONGEST_MS = 60_000;

interface Entry {
  readonly principal: Principal;
  readonly until: number;
}

const hashOf = (token: string): string => createHash('sha256').update(token).digest('base64');

/**
 * Caches valid tokens for a minute, so that their callers are known without verification or a network call.
 */
export class VerifiedTokens {
  readonly #entries = new Map<string, Entry>();

  find(token: string): Principal | undefined {
    const hash = hashOf(token);
    const entry = this.#entries.get(hash);
    if (entry !== undefined && entry.until > Date.now()) return entry.principal;
    this.#entries.delete(hash);
    return undefined;
  }

  /** @param expires the token's own expiry, in seconds */
  add(token: string, principal: Principal, expires: number): void {
    const [oldest] = this.#entries.keys();
    if (this.#entries.size >= MOST && oldest !== undefined) this.#entries.delete(oldest);
    this.#entries.set(hashOf(token), {
      principal,
      until: Math.min(Date.now() + LONGEST_MS, expires * 1_000),
    });
  }
}

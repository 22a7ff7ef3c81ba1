import type { Scope } from '@hindsight/api';

/** The caller of a request and its scopes. */
export interface Principal {
  /** Identifies the caller in the log and for rate limiting. */
  readonly subject: string;
  readonly scopes: ReadonlySet<Scope>;
}

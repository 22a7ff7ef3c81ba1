import type { Scope } from '@hindsight/api';

/** Who a request is from, and what they may do. */
export interface Principal {
  /** Names them in the log and counts their requests. */
  readonly subject: string;
  readonly scopes: ReadonlySet<Scope>;
}

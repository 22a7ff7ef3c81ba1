import { productIdSchema } from '@hindsight/domain';
import type { ProductLogReader } from '@hindsight/workflow';
import type { Request, RequestHandler, Response } from 'express';
import type { Appender } from './appender';
import { demandScope, identify } from './auth/access';
import type { Authenticator } from './auth/authenticator';
import type { Scope } from '@hindsight/api';
import type { ConcurrencyLimit } from './concurrency-limit';
import type { KeyedQueues } from './keyed-queues';
import { malformed, Problem } from './problems';
import type { Settings } from './settings';

/** What the handlers of routes work with. */
export interface Context {
  readonly log: ProductLogReader;
  readonly appender: Appender;
  readonly queues: KeyedQueues;
  readonly concurrency: ConcurrencyLimit;
  readonly clock: () => Date;
  readonly settings: Settings;
  readonly eventTypes: readonly string[];
  readonly decimalFields: ReadonlySet<string>;
}

export const JSON_ONLY: readonly string[] = ['application/json'];
export const HTML_ONLY: readonly string[] = ['text/html'];

/** One route; GET answers HEAD too. `path` is in Express's notation. */
export interface Route {
  readonly method: 'get' | 'post';
  readonly path: string;
  /** What a caller must be allowed to do; `open`: nothing, and nobody need say who they are. */
  readonly scope: Scope | 'open';
  /** The media types that it answers with, the preferred one first. */
  readonly produces: readonly string[];
  readonly handle: (request: Request, response: Response) => Promise<void> | void;
}

/** The product id of the address. @throws Problem malformed-request */
export function productIdOf(request: Request): string {
  const parsed = productIdSchema.safeParse(request.params['productId']);
  if (parsed.success) return parsed.data;
  throw malformed([{ path: 'productId', message: parsed.error.issues[0]?.message ?? '' }]);
}

/** The address of a product's resource. */
export const pathOf = (productId: string, resource: 'state' | 'events' | 'timeline'): string =>
  `/products/${encodeURIComponent(productId)}/${resource}`;

/** For answers that hold now, and may not in a moment: kept, but asked about before every use. */
export const REVALIDATE = 'no-cache';
/**
 * For answers about a settled past. A day and not a year: a repaired reducer may read the same log differently.
 */
export const SETTLED = 'max-age=86400, immutable';

/** Express hands rejections of async handlers to the error handler itself. */
export const handlerOf =
  ({ handle, scope, produces }: Route, authenticate: Authenticator): RequestHandler =>
  async (request, response) => {
    if (scope !== 'open') {
      await identify(authenticate, request, response);
      demandScope(request, scope);
    }
    if (request.accepts([...produces]) === false)
      throw new Problem('not-acceptable', `this address answers with ${produces.join(' or ')}`);
    await handle(request, response);
  };

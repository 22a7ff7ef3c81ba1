import type { ViewsReader } from '@hindsight/views';
import { productIdSchema, type Registry } from '@hindsight/domain';
import type { ClosingRegister } from '@hindsight/event-log';
import type { ProductLogReader } from '@hindsight/workflow';
import type { Request, RequestHandler, Response } from 'express';
import type { Appender } from './appender';
import { demandScope, identify } from './auth/access';
import type { Authenticator } from './auth/authenticator';
import type { Scope } from '@hindsight/api';
import type { ConcurrencyLimit } from './concurrency-limit';
import type { KeyedQueues } from './keyed-queues';
import type { Metrics } from './metrics/metrics';
import type { PageQueue } from './page-queue';
import { malformed, Problem } from './problems';
import type { Settings } from './settings';

/** The dependencies of route handlers. */
export interface Context {
  readonly log: ProductLogReader;
  readonly views: ViewsReader;
  readonly closings: ClosingRegister;
  readonly appender: Appender;
  readonly metrics?: Metrics | undefined;
  readonly queues: KeyedQueues;
  readonly pages: PageQueue;
  readonly concurrency: ConcurrencyLimit;
  readonly clock: () => Date;
  readonly settings: Settings;
  readonly registry: Registry;
  readonly eventTypes: readonly string[];
  readonly decimalFields: ReadonlySet<string>;
}

export const JSON_ONLY: readonly string[] = ['application/json'];
export const HTML_ONLY: readonly string[] = ['text/html'];

/** A route; GET also answers HEAD. `path` uses Express's notation. */
export interface Route {
  readonly method: 'get' | 'post' | 'delete';
  readonly path: string;
  /** The scope that a caller needs; `open`: none, and no authentication. */
  readonly scope: Scope | 'open';
  /** The media types of its responses, the preferred one first. */
  readonly produces: readonly string[];
  readonly handle: (request: Request, response: Response) => Promise<void> | void;
}

/**
 * The product id in the URL.
 * @throws Problem malformed-request
 */
export function productIdOf(request: Request): string {
  const parsed = productIdSchema.safeParse(request.params['productId']);
  if (parsed.success) return parsed.data;
  throw malformed([{ path: 'productId', message: parsed.error.issues[0]?.message ?? '' }]);
}

/** The URL of a product's resource. */
export const pathOf = (
  productId: string,
  resource: 'state' | 'events' | 'timeline' | 'explain' | 'diff',
): string => `/products/${encodeURIComponent(productId)}/${resource}`;

/** For responses that may change at any time: cached, but revalidated before every use. */
export const REVALIDATE = 'no-cache';
/**
 * For responses about a settled past. A day instead of a year, because a fixed reducer may fold the same log
 * differently.
 */
export const SETTLED = 'max-age=86400, immutable';

/** Express passes rejections of async handlers to the error handler by itself. */
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

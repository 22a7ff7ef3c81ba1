import type { ProductLogReader } from '@hindsight/workflow';
import type { RequestHandler } from 'express';
import type { Appender } from '../appender';

/** Where spans come from. What makes them stays out of a process that traces nothing. */
export interface Tracing {
  /** Makes a span of each request; those below belong to the request that they are called for. */
  readonly requests: RequestHandler;
  appender(appender: Appender): Appender;
  reader(log: ProductLogReader): ProductLogReader;
}

import type { ProductLogReader } from '@hindsight/workflow';
import type { RequestHandler } from 'express';
import type { Appender } from '../appender';

/** The source of spans. Its implementation is not loaded in a process that doesn't trace. */
export interface Tracing {
  /** Creates a span for each request; child spans belong to the request in which they are started. */
  readonly requests: RequestHandler;
  appender(appender: Appender): Appender;
  reader(log: ProductLogReader): ProductLogReader;
}

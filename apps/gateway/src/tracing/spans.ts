import { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingHttpHeaders } from 'node:http';
import { resultsOf, type ProductLogReader, type WorkflowRequest } from '@hindsight/workflow';
import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Span,
  type TextMapGetter,
  type Tracer,
} from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import type { Request, RequestHandler, Response } from 'express';
import type { Appender, AppendOutcome } from '../appender';
import { requestIdOf } from '../logging/correlation';
import { isProbe } from '../logging/requests';
import type { Tracing } from './tracing';

const propagator = new W3CTraceContextPropagator();
const headersGetter: TextMapGetter<IncomingHttpHeaders> = {
  keys: (headers) => Object.keys(headers),
  get: (headers, key) => headers[key],
};

/** The error's name. Its message may contain the client's input. */
function fails(span: Span, type: string): void {
  span.setAttribute('error.type', type).setStatus({ code: SpanStatusCode.ERROR });
}

const typeOf = (error: unknown): string => (error instanceof Error ? error.name : 'Error');

/** The request attributes that a collector may receive: no headers, query or body. */
const attributesOf = (request: Request): Attributes => ({
  'http.request.method': request.method,
  'url.scheme': request.protocol,
  'url.path': request.originalUrl.split('?', 1)[0] ?? '',
  'network.protocol.version': request.httpVersion,
  'hindsight.request.id': requestIdOf(request),
});

function endRequest(span: Span, request: Request, response: Response): void {
  const route = request.route as { path: string } | undefined;
  if (route !== undefined)
    span.updateName(`${request.method} ${route.path}`).setAttribute('http.route', route.path);
  // The client disconnected before it got a response.
  if (response.headersSent) span.setAttribute('http.response.status_code', response.statusCode);
  if (!response.headersSent) fails(span, 'client_gone');
  else if (response.statusCode >= 500) fails(span, String(response.statusCode));
  span.end();
}

const traceparentOf = (span: Span): string => {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
};

/** The execution's tasks log the trace; their spans would be children of the append's span. */
const handedOn = (request: WorkflowRequest, span: Span): WorkflowRequest => ({
  ...request,
  trace: { ...request.trace, traceparent: traceparentOf(span) },
});

function endOfAppend(span: Span, outcome: AppendOutcome): void {
  span.setAttribute('aws.step_functions.execution.name', outcome.execution);
  if (!outcome.ok) {
    span.setAttribute('hindsight.append.outcome', outcome.failure.error);
    return;
  }
  const { deduplicated, dryRun, attempts } = outcome.result;
  const results = resultsOf(outcome.result);
  const [only, ...others] = results;
  span.setAttributes({
    'hindsight.append.outcome': dryRun ? 'dry_run' : deduplicated ? 'duplicate' : 'stored',
    'hindsight.append.attempts': attempts,
    'hindsight.append.events': results.reduce((sum, { events }) => sum + events.length, 0),
    ...(only && others.length === 0 && { 'hindsight.product.version': only.version }),
  });
}

/** Runs work in a span of its own, as a child of the request's span. */
type Within = <T>(name: string, attributes: Attributes, work: (span: Span) => Promise<T>) => Promise<T>;

function tracedAppender(appender: Appender, within: Within): Appender {
  const { background } = appender;
  const about = ({ productId }: WorkflowRequest): Attributes =>
    productId === undefined ? { 'hindsight.append.act': true } : { 'hindsight.product.id': productId };
  return {
    ...appender,
    append: (request) =>
      within('append', about(request), async (span) => {
        const outcome = await appender.append(handedOn(request, span));
        endOfAppend(span, outcome);
        return outcome;
      }),
    ...(background !== undefined && {
      background: {
        ...background,
        start: (request) =>
          within('append in background', about(request), async (span) => {
            const execution = await background.start(handedOn(request, span));
            span.setAttribute('aws.step_functions.execution.name', execution);
            return execution;
          }),
      },
    }),
  };
}

function tracedReader(log: ProductLogReader, within: Within): ProductLogReader {
  const reading =
    <A extends [productId: string, ...rest: unknown[]], T>(
      operation: string,
      read: (...args: A) => Promise<T>,
    ) =>
    (...args: A): Promise<T> =>
      within(
        `read ${operation}`,
        { 'hindsight.log.operation': operation, 'hindsight.product.id': args[0] },
        () => read(...args),
      );
  return {
    headVersion: reading('headVersion', (...args) => log.headVersion(...args)),
    stateAt: reading('stateAt', (...args) => log.stateAt(...args)),
    readRecorded: reading('readRecorded', (...args) => log.readRecorded(...args)),
    readEffective: reading('readEffective', (...args) => log.readEffective(...args)),
    timeline: reading('timeline', (...args) => log.timeline(...args)),
    ledger: reading('ledger', (...args) => log.ledger(...args)),
    grid: reading('grid', (...args) => log.grid(...args)),
    versionAt: reading('versionAt', (...args) => log.versionAt(...args)),
    // A tail lasts as long as its client reads; the request's span covers it.
    follow: (...args) => log.follow(...args),
    ping: () => log.ping(),
  };
}

export interface Spans extends Tracing {
  /** Resolves when the spans of all requests have ended. */
  settled(): Promise<void>;
}

/** Counts the requests in progress and resolves when the last one has ended. */
function underWay() {
  let count = 0;
  const waiting: (() => void)[] = [];
  return {
    begin: () => void (count += 1),
    end() {
      count -= 1;
      if (count === 0) for (const tell of waiting.splice(0)) tell();
    },
    none: () => (count === 0 ? Promise.resolve() : new Promise<void>((resolve) => waiting.push(resolve))),
  };
}

/** Spans of requests and of the work that they cause. */
export function spansBy(tracer: Tracer): Spans {
  const open = underWay();
  // A tracer of its own instead of the global one, so that two applications in one process stay separate.
  const contexts = new AsyncLocalStorage<Context>();
  const requests: RequestHandler = (request, response, next) => {
    if (isProbe(request.url)) {
      next();
      return;
    }
    const parent = propagator.extract(ROOT_CONTEXT, request.headers, headersGetter);
    const options = { kind: SpanKind.SERVER, attributes: attributesOf(request) };
    const span = tracer.startSpan(request.method, options, parent);
    response.locals['traceId'] = span.spanContext().traceId;
    open.begin();
    response.once('close', () => {
      endRequest(span, request, response);
      open.end();
    });
    contexts.run(trace.setSpan(parent, span), next);
  };
  const within: Within = async (name, attributes, work) => {
    const span = tracer.startSpan(name, { attributes }, contexts.getStore() ?? ROOT_CONTEXT);
    try {
      return await work(span);
    } catch (error) {
      fails(span, typeOf(error));
      throw error;
    } finally {
      span.end();
    }
  };
  return {
    requests,
    settled: () => open.none(),
    appender: (appender) => tracedAppender(appender, within),
    reader: (log) => tracedReader(log, within),
  };
}

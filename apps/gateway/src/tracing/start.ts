import { ExportResultCode } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace-base';
import { spansBy } from './spans';
import type { Tracing } from './tracing';

/** Told when spans begin to get lost, and when they arrive again. */
export type Report = (state: 'lost' | 'arriving') => void;

export interface RunningTracing extends Tracing {
  /** Sends what is left, once all requests have ended; gives up after the timeout, and never fails. */
  close(): Promise<void>;
}

export interface Destination {
  readonly url: string;
  /** Milliseconds that a batch may take; one that is not answered holds up the end of the process no longer. */
  readonly timeout: number;
}

/** Says once when a collector fails and once when it is back, and not for every batch. */
function reporting(exporter: SpanExporter, report: Report): SpanExporter {
  let failing = false;
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        const fails = result.code !== ExportResultCode.SUCCESS;
        if (fails !== failing) report(fails ? 'lost' : 'arriving');
        failing = fails;
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
  };
}

/** Sends spans to an OTLP collector over HTTP, in batches and in the background. */
export function startTracing({ url, timeout }: Destination, report: Report): RunningTracing {
  const exporter = reporting(new OTLPTraceExporter({ url, timeoutMillis: timeout }), report);
  const provider = new BasicTracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({ 'service.name': 'hindsight-gateway' }))
      .merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [new BatchSpanProcessor(exporter)],
  });
  const spans = spansBy(provider.getTracer('hindsight'));
  // A server is closed before the answers that it cut off are: what ends after the shutdown would be lost.
  const shutdown = () => spans.settled().then(() => provider.shutdown());
  return {
    ...spans,
    async close() {
      let timer: NodeJS.Timeout | undefined;
      const patience = new Promise((resolve) => (timer = setTimeout(resolve, timeout)));
      await Promise.race([shutdown().catch(() => undefined), patience]);
      clearTimeout(timer);
    },
  };
}

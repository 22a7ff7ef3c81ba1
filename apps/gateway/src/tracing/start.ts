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

/** Called when spans begin to get lost, and when they arrive again. */
export type Report = (state: 'lost' | 'arriving') => void;

export interface RunningTracing extends Tracing {
  /** Sends the remaining spans when all requests have ended. Gives up after the timeout and never rejects. */
  close(): Promise<void>;
}

export interface Destination {
  readonly url: string;
  /** Timeout of a batch in milliseconds, which also limits how long it can delay the process's exit. */
  readonly timeout: number;
}

/** Reports once when a collector fails and once when it recovers, instead of for every batch. */
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
  // A server closes before the responses that it cut off; spans that end after the shutdown would be lost.
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

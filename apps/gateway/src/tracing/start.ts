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
  /** Sends what is left; gives up after a moment, and never fails. */
  close(): Promise<void>;
}

/** A collector that does not answer holds up the end of the process no longer than this, in milliseconds. */
const PATIENCE = 3_000;

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
export function startTracing(url: string, report: Report): RunningTracing {
  const exporter = reporting(new OTLPTraceExporter({ url }), report);
  const provider = new BasicTracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({ 'service.name': 'hindsight-gateway' }))
      .merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [new BatchSpanProcessor(exporter)],
  });
  return {
    ...spansBy(provider.getTracer('hindsight')),
    async close() {
      let timer: NodeJS.Timeout | undefined;
      const patience = new Promise((resolve) => (timer = setTimeout(resolve, PATIENCE)));
      await Promise.race([provider.shutdown().catch(() => undefined), patience]);
      clearTimeout(timer);
    },
  };
}

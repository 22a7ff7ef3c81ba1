import type { RequestListener } from 'node:http';
import type { RequestHandler } from 'express';
import { isLoopback } from '../auth/settings';
import { numberIn, valueOf } from '../variables';
import type { PrometheusMetrics } from './prometheus';

/** Where metrics are exposed: with the API, on an address of their own, or not at all. */
export type MetricsPlace = 'beside' | 'nowhere' | { readonly host: string; readonly port: number };

/** @throws EnvironmentError */
export function metricsPlaceOf(env: NodeJS.ProcessEnv, host: string): MetricsPlace {
  if (valueOf(env, 'METRICS_PORT') !== undefined)
    return {
      host: valueOf(env, 'METRICS_HOST') ?? '',
      port: numberIn(env, 'METRICS_PORT', { least: 0, most: 65_535 }),
    };
  // Metrics reveal traffic, so they are exposed on loopback only, unless configured otherwise.
  return isLoopback(host) ? 'beside' : 'nowhere';
}

/** Responds to GET /metrics, and with 404 to everything else. */
export function metricsListener(metrics: PrometheusMetrics): RequestListener {
  return (request, response) => {
    if (request.url !== '/metrics' || (request.method !== 'GET' && request.method !== 'HEAD')) {
      response.writeHead(404).end();
      return;
    }
    void metrics.text().then((text) => {
      response.writeHead(200, {
        'Content-Type': metrics.contentType,
        'Content-Length': Buffer.byteLength(text),
        'Cache-Control': 'no-store',
      });
      response.end(text);
    });
  };
}

/** The same on the API's own address. */
export function metricsPage(metrics: PrometheusMetrics): RequestHandler {
  const answer = metricsListener(metrics);
  return (request, response, next) => (request.path === '/metrics' ? answer(request, response) : next());
}

import type { ViewsHealth } from '@hindsight/views';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { AppendSeen, Metrics } from './metrics';

/** In seconds. */
const DURATIONS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
/** In events. */
const DISTANCES = [0, 1, 5, 10, 50, 100, 500, 1_000, 10_000, 100_000];

export interface PrometheusMetrics extends Metrics {
  readonly contentType: string;
  /** All metrics in the Prometheus text format. */
  text(): Promise<string>;
}

function appendMetrics(registers: Registry[]) {
  const counter = (name: string, help: string, labelNames: string[] = []) =>
    new Counter({ name: `hindsight_${name}`, help, labelNames, registers });
  return {
    appends: counter('appends_total', 'Appends by how they were answered.', ['end']),
    events: counter('events_stored_total', 'Events of appends that were answered as stored.'),
    retries: counter(
      'append_retries_total',
      'Races for the next version that appends lost before they were stored.',
    ),
    late: counter('late_appends_total', 'Appends that changed the past.'),
    distance: new Histogram({
      ...{ name: 'hindsight_late_distance_events', registers, buckets: DISTANCES },
      help: 'Events after the position of a late append that were folded again.',
    }),
    durations: new Histogram({
      ...{ name: 'hindsight_append_duration_seconds', registers, buckets: DURATIONS },
      help: 'Time until an append was answered.',
    }),
  };
}

/** How the views are, read from their table at each scrape; without a value if they can't be read. */
function viewMetrics(registers: Registry[], health: () => Promise<ViewsHealth>): void {
  let reading: Promise<ViewsHealth | undefined> | undefined;
  const read = () => {
    reading ??= health()
      .catch(() => undefined)
      .finally(() => (reading = undefined));
    return reading;
  };
  const gauge = (name: string, help: string, valueOf: (health: ViewsHealth) => number | undefined) =>
    new Gauge({
      ...{ name: `hindsight_views_${name}`, help, registers },
      async collect() {
        const found = await read();
        this.set((found && valueOf(found)) ?? Number.NaN);
      },
    });
  gauge(
    'lag_seconds',
    'Everything that was committed this long ago is in the feed and the catalogue.',
    ({ lagMs }) => (lagMs === undefined ? undefined : lagMs / 1000),
  );
  gauge('products_set_aside', 'Products that can not be indexed.', ({ setAside }) => setAside);
}

/** Metrics of this process since it started, for Prometheus to scrape. */
export function prometheusMetrics(views: { health(): Promise<ViewsHealth> }): PrometheusMetrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const appending = appendMetrics(registers);
  viewMetrics(registers, () => views.health());
  const requests = new Counter({
    ...{ name: 'hindsight_http_requests_total', help: 'Requests that were answered.', registers },
    labelNames: ['method', 'route', 'status'],
  });
  const durations = new Histogram({
    ...{
      name: 'hindsight_http_request_duration_seconds',
      help: 'Time until the answer was sent.',
      registers,
    },
    ...{ labelNames: ['method', 'route'], buckets: DURATIONS },
  });
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    request({ method, route, status, seconds }) {
      requests.inc({ method, route, status });
      durations.observe({ method, route }, seconds);
    },
    append({ end, seconds, events, retries, lateBy }: AppendSeen) {
      appending.appends.inc({ end });
      appending.durations.observe(seconds);
      appending.events.inc(events);
      appending.retries.inc(retries);
      if (lateBy === undefined) return;
      appending.late.inc();
      appending.distance.observe(lateBy);
    },
  };
}

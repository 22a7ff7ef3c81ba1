import { CloudwatchDashboard, Construct } from '../aws';
import { watched, type Metric, type Watched } from '../metrics';
import type { Deployment } from '../naming';

/** Widgets in a row, and the width of the grid. */
const [ACROSS, GRID, HEIGHT] = [3, 24, 6];

interface Chart {
  readonly title: string;
  readonly metrics: readonly Metric[];
}

/** The first place to look when an alarm triggers. */
export class Dashboard extends Construct {
  readonly name: string;

  constructor(scope: Construct, id: string, deployment: Deployment, things: Watched) {
    super(scope, id);
    const { region } = deployment.settings;
    const width = GRID / ACROSS;
    const widgets = charts(things).map(({ title, metrics }, index) => ({
      type: 'metric',
      x: (index % ACROSS) * width,
      y: Math.floor(index / ACROSS) * HEIGHT,
      width,
      height: HEIGHT,
      properties: { title, region, view: 'timeSeries', period: 60, metrics: metrics.map(line) },
    }));
    const dashboard = new CloudwatchDashboard(this, 'dashboard', {
      dashboardName: deployment.name(),
      dashboardBody: JSON.stringify({ widgets }),
    });
    this.name = dashboard.dashboardName;
  }
}

const line = ({ namespace, name, stat, dimensions = {} }: Metric) => [
  namespace,
  name,
  ...Object.entries(dimensions).flat(),
  { stat },
];

function charts(things: Watched): Chart[] {
  const { api, appends, functions, machines, table, queue, intake } = watched(things);
  return [
    { title: 'Requests, refusals, faults', metrics: [api.requests, api.refusals, api.faults] },
    { title: 'Latency of the API (p50, p99), ms', metrics: [api.median, api.latency] },
    { title: 'How appends end', metrics: appends.ends },
    { title: 'Late appends, retries after lost races', metrics: [appends.late, appends.retries] },
    { title: 'Events that late ones come before (p99)', metrics: [appends.distance] },
    {
      title: 'Executions',
      metrics: machines.flatMap(({ started, succeeded, failed }) => [started, succeeded, failed]),
    },
    { title: 'Duration of executions (p99), ms', metrics: machines.map(({ duration }) => duration) },
    {
      title: 'Lost all races; faults; timeouts; throttles',
      metrics: machines.flatMap((machine) => [
        machine.contention,
        machine.faults,
        machine.timeouts,
        machine.throttles,
      ]),
    },
    { title: 'Duration of functions (p99), ms', metrics: functions.map(({ duration }) => duration) },
    {
      title: 'Errors and throttles of functions',
      metrics: functions.flatMap(({ errors, throttles }) => [errors, throttles]),
    },
    { title: 'Units of the table', metrics: [table.reads, table.writes, ...table.throttles] },
    { title: 'Bus and dead letters', metrics: [intake.matched, intake.failed, queue.visible] },
  ];
}

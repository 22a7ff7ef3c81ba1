import { namespace } from './settings';

type Unit = 'Bytes' | 'Count' | 'Milliseconds';

/** Writes metrics of a service as a line in CloudWatch's embedded format. @param units those that are no counts */
export function writeMetrics(
  service: string,
  values: object,
  { units = {}, clock = Date.now }: { units?: Readonly<Record<string, Unit>>; clock?: () => number } = {},
): void {
  const metrics = Object.keys(values).map((Name) => ({ Name, Unit: units[Name] ?? 'Count' }));
  const directive = { Namespace: namespace(), Dimensions: [['service']], Metrics: metrics };
  const _aws = { Timestamp: clock(), CloudWatchMetrics: [directive] };
  process.stdout.write(`${JSON.stringify({ _aws, service, ...values })}\n`);
}

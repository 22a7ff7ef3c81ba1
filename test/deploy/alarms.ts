import type { Account, Json } from './account';
import type { Deployed } from './stacks';

/** A number that was written for CloudWatch, into a log or by a service. */
export interface Measured {
  readonly namespace: string;
  readonly name: string;
  readonly value: number;
}

const at = (entry: Json, path: string): unknown =>
  path.split('.').reduce<unknown>((value, key) => (value as Json | undefined)?.[key], entry);

/** Whether an entry of a log matches the pattern of a metric filter, of the kind that this project writes. */
export function matches(pattern: string, entry: Json): boolean {
  let text = pattern
    .replace(/\$\.([\w.]+) (!?=) "([^"]*)"/g, (_, path: string, operator: string, value: string) =>
      String((at(entry, path) === value) === (operator === '=')),
    )
    .replace(/[{}\s]/g, '');
  const steps: [RegExp, (...parts: string[]) => string][] = [
    [/\((true|false)\)/, (_, value = '') => value],
    [/(true|false)&&(true|false)/, (_, a, b) => String(a === 'true' && b === 'true')],
    [/(true|false)\|\|(true|false)(?!&&)/, (_, a, b) => String(a === 'true' || b === 'true')],
  ];
  while (!/^(true|false)$/.test(text)) {
    const step = steps.find(([form]) => form.test(text));
    if (step === undefined) throw new Error(`what does ${pattern} mean?`);
    text = text.replace(...step);
  }
  return text === 'true';
}

/** What has been logged in a group of the account. */
export async function logged(account: Account, logGroupName: string): Promise<Json[]> {
  const { logStreams } = await account.call('logs', 'Logs_20140328.DescribeLogStreams', { logGroupName });
  const pages = await Promise.all(
    (logStreams as { logStreamName: string }[]).map(({ logStreamName }) =>
      account.call('logs', 'Logs_20140328.GetLogEvents', {
        logGroupName,
        logStreamName,
        startFromHead: true,
      }),
    ),
  );
  return pages.flatMap(({ events }) =>
    (events as { message: string }[]).map(({ message }) => JSON.parse(message) as Json),
  );
}

/** What the metric filters of a deployment count in the logs of its machines. */
export async function countedInLogs(account: Account, deployed: Deployed): Promise<Measured[]> {
  const filters = deployed.all('aws_cloudwatch_log_metric_filter');
  const counts = filters.map(
    async ({ pattern, log_group_name: group, metric_transformation: [metric] }: Json) => {
      const entries = await logged(account, String(group));
      const value = entries.filter((entry) => matches(String(pattern), entry)).length;
      return { ...(metric as { namespace: string; name: string }), value };
    },
  );
  return Promise.all(counts);
}

/** What a function has written in CloudWatch's embedded format. */
export function embedded(log: string): Measured[] {
  const lines = log.split('\n').filter((line) => line.includes('"_aws"'));
  return lines.flatMap((line) => {
    const entry = JSON.parse(line) as Json;
    const directives = entry['_aws'].CloudWatchMetrics as {
      Namespace: string;
      Metrics: { Name: string }[];
    }[];
    return directives.flatMap(({ Namespace: namespace, Metrics }) =>
      Metrics.map(({ Name: name }) => ({ namespace, name, value: Number(entry[name]) })),
    );
  });
}

/** The names of the alarms that go off by these numbers; those that go off by too little are left out. */
export function alarmsOf(deployed: Deployed, measured: readonly Measured[]): string[] {
  const over = deployed
    .all('aws_cloudwatch_metric_alarm')
    .filter(({ comparison_operator: operator }) => operator === 'GreaterThanThreshold')
    .filter(({ metric_query: queries, threshold }: Json) => {
      const metrics = (queries as Json[]).flatMap(({ metric }) => metric as Json[]);
      const values = metrics.flatMap((metric) =>
        measured
          .filter(
            ({ namespace, name }) => namespace === metric['namespace'] && name === metric['metric_name'],
          )
          .map(({ value }) => value),
      );
      return values.some((value) => value > Number(threshold));
    });
  return over.map(({ alarm_name: name }) => String(name)).sort();
}

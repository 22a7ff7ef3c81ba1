import {
  Annotations,
  CloudwatchMetricAlarm,
  Construct,
  SnsTopic,
  SnsTopicSubscription,
  type CloudwatchMetricAlarmMetricQuery,
} from '../aws';
import { watched, type Metric, type Watched } from '../metrics';
import type { Deployment } from '../naming';

/** Bytes of a product, of the 10 GB that DynamoDB keeps of one at most. */
const NEAR_FULL = 7e9;

/** The maximum number of metrics that one alarm can add up. */
const ADDENDS = 10;

interface Condition {
  readonly name: string;
  readonly description: string;
  /** Added up. */
  readonly metrics: readonly Metric[];
  /** The alarm triggers above this value. */
  readonly threshold: number;
  /** Minutes in a row; by default 1. */
  readonly minutes?: number;
  /** The alarm triggers below the threshold instead, and without data. */
  readonly below?: true;
}

/** Alarms on faults of this system. Refused events (4xx) don't trigger alarms. */
export class Alarms extends Construct {
  readonly topicArn: string | undefined;

  constructor(scope: Construct, id: string, deployment: Deployment, things: Watched) {
    super(scope, id);
    const topic = this.#topic(deployment);
    this.topicArn = topic;
    if (topic === undefined)
      Annotations.of(scope).addWarning(
        `the alarms of ${deployment.name()} notify no one: set alarmAddress or alarmTopicArn`,
      );
    for (const { name, description, metrics, threshold, minutes = 1, below } of conditions(things)) {
      new CloudwatchMetricAlarm(this, name, {
        alarmName: deployment.name(name),
        alarmDescription: description,
        comparisonOperator: below ? 'LessThanThreshold' : 'GreaterThanThreshold',
        threshold,
        evaluationPeriods: minutes,
        treatMissingData: below ? 'breaching' : 'notBreaching',
        metricQuery: queriesOf(metrics),
        ...(topic !== undefined && { alarmActions: [topic], okActions: [topic] }),
      });
    }
  }

  #topic(deployment: Deployment): string | undefined {
    const { alarmAddress, alarmTopicArn } = deployment.settings;
    if (alarmAddress === undefined) return alarmTopicArn;
    const topic = new SnsTopic(this, 'topic', {
      name: deployment.name('alarms'),
      ...(deployment.keyArn !== undefined && { kmsMasterKeyId: deployment.keyArn }),
    });
    new SnsTopicSubscription(this, 'mail', {
      topicArn: topic.arn,
      protocol: 'email',
      endpoint: alarmAddress,
    });
    return topic.arn;
  }
}

function queriesOf(metrics: readonly Metric[]): CloudwatchMetricAlarmMetricQuery[] {
  const [only] = metrics;
  const queries = metrics.map(({ namespace, name, dimensions, stat }, index) => ({
    id: `m${index}`,
    metric: { namespace, metricName: name, period: 60, stat, ...(dimensions && { dimensions }) },
  }));
  if (metrics.length === 1 && only) return queries.map((query) => ({ ...query, returnData: true }));
  const sum = { id: 'sum', expression: 'SUM(METRICS())', label: 'sum', returnData: true };
  return [...queries, sum];
}

function conditions(things: Watched): Condition[] {
  const { api, gateway, machines, table, queue, repair, functions, views, intake, largestProduct } =
    watched(things);
  const none = { threshold: 0 };
  return [
    { name: 'api-faults', description: 'The API answers 5xx', metrics: [api.faults], ...none },
    {
      name: 'api-latency',
      description: 'One in a hundred requests takes over 2 s',
      metrics: [api.latency],
      threshold: 2000,
      minutes: 5,
    },
    { name: 'gateway-errors', description: 'The gateway crashes', metrics: [gateway.errors], ...none },
    ...machines.flatMap(({ type, contention, faults, timeouts, throttles }) => [
      {
        name: `${type}-contention`,
        description: 'Appends lost every one of their races: a product has too many writers',
        metrics: [contention],
        ...none,
      },
      {
        name: `${type}-faults`,
        description: 'Executions ended in a fault, timed out or were aborted, or a product is full',
        metrics: [faults],
        ...none,
      },
      { name: `${type}-timeouts`, description: 'Executions timed out', metrics: [timeouts], ...none },
      { name: `${type}-throttles`, description: 'Step Functions throttles', metrics: [throttles], ...none },
    ]),
    {
      name: 'append-latency',
      description: 'One in a hundred synchronous appends takes over 2 s',
      metrics: machines.filter(({ type }) => type === 'express').map(({ duration }) => duration),
      threshold: 2000,
      minutes: 5,
    },
    ...chunks(functions, ADDENDS).map((some, index) => ({
      name: `functions-throttled-${index + 1}`,
      description: 'Lambda throttles: the account, or a reserved concurrency, is exhausted',
      metrics: some.map(({ throttles }) => throttles),
      ...none,
    })),
    { name: 'repair-errors', description: 'Logs are not repaired', metrics: [repair.errors], ...none },
    ...viewConditions(views),
    { name: 'table-throttles', description: 'DynamoDB throttles', metrics: table.throttles, ...none },
    {
      name: 'bus-refusals',
      description: 'Events of the bus were refused, and no one waits for the answer',
      metrics: [intake.refused],
      ...none,
    },
    {
      name: 'product-size',
      description: 'A product nears 10 GB, and then takes no more events',
      metrics: [largestProduct],
      threshold: NEAR_FULL,
    },
    {
      name: 'dead-letters',
      description: 'Events or repairs could not be delivered; they wait in the queue for 14 days',
      metrics: [queue.visible],
      ...none,
    },
  ];
}

/** Alarms on the views across products. */
function viewConditions(views: ReturnType<typeof watched>['views']): Condition[] {
  return [
    {
      name: 'views-errors',
      description: 'The indexer fails',
      metrics: [views.errors],
      threshold: 0,
      minutes: 5,
    },
    {
      name: 'views-lag',
      description: 'Feed and catalog are more than a minute behind the log',
      metrics: [views.lag],
      threshold: 60_000,
      minutes: 3,
    },
    {
      name: 'views-iterator-age',
      description: 'The stream of the log is not read: its records are lost after 24 hours',
      metrics: [views.iteratorAge],
      threshold: 10 * 60_000,
      minutes: 5,
    },
    {
      name: 'views-heartbeat',
      description: 'No heartbeat is sent or indexed: nothing becomes settled',
      metrics: [views.invocations],
      threshold: 1,
      minutes: 5,
      below: true,
    },
    {
      name: 'views-set-aside',
      description: 'A product can not be indexed; all others are',
      metrics: [views.setAside],
      threshold: 0,
    },
    {
      name: 'views-not-delivered',
      description: 'A recorded event could not be put on the outgoing bus; it is in the feed',
      metrics: [views.notDelivered],
      threshold: 0,
    },
  ];
}

function chunks<T>(all: readonly T[], size: number): T[][] {
  return all.length === 0 ? [] : [all.slice(0, size), ...chunks(all.slice(size), size)];
}

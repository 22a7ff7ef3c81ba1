import type { DeadLetters } from './constructs/dead-letters';
import type { EventIntake } from './constructs/event-intake';
import type { EventLogTable } from './constructs/event-log-table';
import type { HttpApi } from './constructs/http-api';
import type { Indexing } from './constructs/views';
import type { NodeFunction } from './constructs/node-function';
import type { StateMachine } from './constructs/state-machine';
import type { WorkflowFunctions } from './constructs/workflow-functions';

/** A CloudWatch metric and the statistic that aggregates a minute. */
export interface Metric {
  readonly namespace: string;
  readonly name: string;
  readonly stat: 'Sum' | 'Maximum' | 'p50' | 'p99';
  readonly dimensions?: Readonly<Record<string, string>>;
}

/** The metrics of the alarms and the dashboard. */
export interface Watched {
  /**
   * The namespace of the metrics derived from logs, by metric filters or by the gateway's embedded metrics.
   */
  readonly namespace: string;
  readonly api: HttpApi;
  readonly gateway: NodeFunction;
  readonly functions: WorkflowFunctions;
  readonly machines: readonly StateMachine[];
  readonly table: EventLogTable;
  readonly deadLetters: DeadLetters;
  readonly intake: EventIntake;
  readonly indexing: Indexing;
}

const source =
  (namespace: string, dimensions: Record<string, string>) =>
  (name: string, stat: Metric['stat'] = 'Sum'): Metric => ({ namespace, name, stat, dimensions });

function ofFunction({ name }: NodeFunction) {
  const metric = source('AWS/Lambda', { FunctionName: name });
  return {
    name,
    errors: metric('Errors'),
    throttles: metric('Throttles'),
    duration: metric('Duration', 'p99'),
  };
}

function ofMachine(namespace: string, { arn, type, metrics }: StateMachine) {
  const metric = source('AWS/States', { StateMachineArn: arn });
  const counted = (name: string): Metric => ({ namespace, name, stat: 'Sum' });
  return {
    type: type.toLowerCase(),
    contention: counted(metrics.contention),
    faults: counted(metrics.faults),
    started: metric('ExecutionsStarted'),
    succeeded: metric('ExecutionsSucceeded'),
    failed: metric('ExecutionsFailed'),
    timeouts: metric('ExecutionsTimedOut'),
    throttles: metric('ExecutionThrottled'),
    duration: metric('ExecutionTime', 'p99'),
  };
}

/** The metrics of a deployment. */
export function watched({
  namespace,
  api,
  gateway,
  functions,
  machines,
  table,
  deadLetters,
  intake,
  indexing,
}: Watched) {
  const ofApi = source('AWS/ApiGateway', { ApiId: api.id });
  const ofTable = source('AWS/DynamoDB', { TableName: table.name });
  const ofGateway = source(namespace, { service: 'gateway' });
  const ofIndexer = source(namespace, { service: 'indexer' });
  const ofRule = source('AWS/Events', { EventBusName: intake.busName, RuleName: intake.ruleName });
  return {
    api: {
      requests: ofApi('Count'),
      refusals: ofApi('4xx'),
      faults: ofApi('5xx'),
      latency: ofApi('Latency', 'p99'),
      median: ofApi('Latency', 'p50'),
    },
    gateway: ofFunction(gateway),
    appends: {
      ends: ['Appends', 'Duplicates', 'Conflicts', 'Refusals', 'AppendFaults'].map((name) => ofGateway(name)),
      late: ofGateway('LateAppends'),
      distance: ofGateway('LateDistance', 'p99'),
      retries: ofGateway('Retries'),
    },
    repair: ofFunction(functions.repair),
    functions: [gateway, ...functions.all, indexing.indexer].map(ofFunction),
    views: {
      errors: ofFunction(indexing.indexer).errors,
      iteratorAge: source('AWS/Lambda', { FunctionName: indexing.indexer.name })('IteratorAge', 'Maximum'),
      invocations: source('AWS/Lambda', { FunctionName: indexing.indexer.name })('Invocations'),
      lag: ofIndexer('ViewsLag', 'Maximum'),
      setAside: ofIndexer('ProductsSetAside', 'Maximum'),
      notDelivered: ofIndexer('EventsNotDelivered'),
    },
    machines: machines.map((machine) => ofMachine(namespace, machine)),
    table: {
      reads: ofTable('ConsumedReadCapacityUnits'),
      writes: ofTable('ConsumedWriteCapacityUnits'),
      throttles: [ofTable('ReadThrottleEvents'), ofTable('WriteThrottleEvents')],
    },
    queue: {
      visible: source('AWS/SQS', { QueueName: deadLetters.name })(
        'ApproximateNumberOfMessagesVisible',
        'Maximum',
      ),
    },
    intake: {
      matched: ofRule('MatchedEvents'),
      failed: ofRule('FailedInvocations'),
      refused: { namespace, name: intake.refusals ?? '', stat: 'Sum' } satisfies Metric,
    },
    largestProduct: source(namespace, { service: 'workflow' })('ProductBytes', 'Maximum'),
  };
}

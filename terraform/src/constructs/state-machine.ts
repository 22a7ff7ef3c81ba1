import { refusals, type StateMachineDefinition } from '@hindsight/workflow';
import { CloudwatchLogMetricFilter, Construct, SfnStateMachine } from '../aws';
import type { Deployment } from '../naming';
import { traces, type Statement } from '../policy';
import type { EventLogTable } from './event-log-table';
import { LogGroup } from './log-group';
import { ServiceRole } from './service-role';
import type { Indexing } from './views';
import type { WorkflowFunctions } from './workflow-functions';

export interface StateMachineOptions {
  readonly type: 'EXPRESS' | 'STANDARD';
  readonly name: string;
  readonly definition: StateMachineDefinition;
  readonly functions: WorkflowFunctions;
  readonly table: EventLogTable;
  /** Has the bus on which refused events go out. */
  readonly indexing: Pick<Indexing, 'busArn'>;
}

/** Deliveries of logs belong to the account and have no ARN: this is AWS's own list for Step Functions. */
const logDelivery: Statement = {
  sid: 'DeliverLogs',
  actions: [
    'logs:CreateLogDelivery',
    'logs:DeleteLogDelivery',
    'logs:DescribeLogGroups',
    'logs:DescribeResourcePolicies',
    'logs:GetLogDelivery',
    'logs:ListLogDeliveries',
    'logs:PutResourcePolicy',
    'logs:UpdateLogDelivery',
  ],
  resources: ['*'],
};

const tracing: Statement = {
  ...traces,
  actions: [...traces.actions, 'xray:GetSamplingRules', 'xray:GetSamplingTargets'],
};

/**
 * What the machine's log is counted by. A fault is every failed execution that is neither a refusal by name nor the end
 * of all tries against other writers: also those that fail in no state, such as `States.Runtime` or
 * `States.DataLimitExceeded`. Step Functions' own metric of failed executions doesn't distinguish refusals from faults.
 */
const hasError = (operator: '=' | '!=', names: readonly string[]): string[] =>
  names.map((name) => `($.details.error ${operator} "${name}")`);

const COUNTED = {
  contention: '{ ($.type = "ExecutionFailed") && ($.details.error = "Contention") }',
  faults: `{ ($.type = "ExecutionAborted") || ($.type = "ExecutionTimedOut") || (($.type = "ExecutionFailed") && ${hasError(
    '!=',
    ['Contention', ...refusals],
  ).join(' && ')}) }`,
  /** Of executions that no one waits for: those of the bus. The gateway's are answered. */
  refusals: `{ ($.type = "ExecutionFailed") && (${hasError('=', refusals).join(' || ')}) }`,
} as const;

/** How long the machine uses one data key: the longest time that Step Functions allows. */
const KEY_REUSE_SECONDS = 900;

/** Lets the machine encrypt what it keeps of its executions. */
const encrypting = (keyArn: string | undefined): Statement[] =>
  keyArn === undefined
    ? []
    : [
        {
          sid: 'EncryptExecutions',
          actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
          resources: [keyArn],
        },
      ];

export interface MachineArns {
  readonly arn: string;
  /** The ARN of every execution: their names are made when they start. */
  readonly executionsArn: string;
}

/** The ARNs of a machine, by its name: what calls it is updated before it, and can't wait for its own. */
export function machineArns(deployment: Deployment, name: string): MachineArns {
  const full = deployment.name(name);
  return {
    arn: deployment.arn('states', `stateMachine:${full}`),
    executionsArn: deployment.arn('states', `execution:${full}:*`),
  };
}

/** The workflow, once as the service's type. */
export class StateMachine extends Construct {
  readonly arn: string;
  readonly type: 'EXPRESS' | 'STANDARD';
  /** Names of the metrics that count executions by how they failed. */
  readonly metrics: { readonly contention: string; readonly faults: string; readonly refusals?: string };

  constructor(scope: Construct, id: string, deployment: Deployment, options: StateMachineOptions) {
    super(scope, id);
    const { type, functions, table, indexing, definition } = options;
    const name = deployment.name(options.name);
    const log = new LogGroup(this, 'log', deployment, `/aws/vendedlogs/${deployment.name()}/${options.name}`);
    const invoke = {
      sid: 'InvokeTasks',
      actions: ['lambda:InvokeFunction'],
      resources: functions.all.map(({ arn }) => arn),
    };
    // The bus starts STANDARD only.
    const reporting: Statement[] =
      type === 'STANDARD'
        ? [{ sid: 'ReportRefusals', actions: ['events:PutEvents'], resources: [indexing.busArn] }]
        : [];
    // EXPRESS stores no data of its executions. STANDARD keeps it for 90 days.
    const keyArn = type === 'STANDARD' ? deployment.keyArn : undefined;
    const role = new ServiceRole(this, 'access', deployment, {
      name: options.name,
      service: 'states.amazonaws.com',
      sourceAccount: deployment.account,
      statements: [invoke, ...reporting, ...table.appending, logDelivery, tracing, ...encrypting(keyArn)],
    });
    const machine = new SfnStateMachine(this, 'machine', {
      name,
      type,
      // The document names the service integrations of the partition `aws`.
      definition: JSON.stringify(definition).replaceAll(
        'arn:aws:states:::',
        `arn:${deployment.partition}:states:::`,
      ),
      roleArn: role.arn,
      dependsOn: [role.policy],
      loggingConfiguration: {
        level: 'ERROR',
        includeExecutionData: deployment.settings.logPayloads,
        logDestination: `${log.arn}:*`,
      },
      tracingConfiguration: { enabled: true },
      ...(keyArn !== undefined && {
        encryptionConfiguration: {
          type: 'CUSTOMER_MANAGED_KMS_KEY',
          kmsKeyId: keyArn,
          kmsDataKeyReusePeriodSeconds: KEY_REUSE_SECONDS,
        },
      }),
    });
    this.arn = machine.arn;
    this.type = type;
    this.metrics = {
      contention: this.#count(deployment, log, 'contention'),
      faults: this.#count(deployment, log, 'faults'),
      ...(type === 'STANDARD' && { refusals: this.#count(deployment, log, 'refusals') }),
    };
  }

  /** Counts executions by how they end. */
  #count(deployment: Deployment, log: LogGroup, kind: keyof typeof COUNTED): string {
    const metric = `${this.type.toLowerCase()}-${kind}`;
    new CloudwatchLogMetricFilter(this, kind, {
      name: metric,
      logGroupName: log.name,
      pattern: COUNTED[kind],
      metricTransformation: { name: metric, namespace: deployment.name(), value: '1', defaultValue: '0' },
    });
    return metric;
  }
}

import { functionNames, type FunctionName } from '@hindsight/workflow';
import { Construct, LambdaFunctionEventInvokeConfig } from '../aws';
import type { Bundles } from '../bundles';
import type { Deployment } from '../naming';
import type { DeadLetters } from './dead-letters';
import type { EventLogTable } from './event-log-table';
import { intakeRuleName } from './intake-rule';
import { loggingOf } from './logging';
import { NodeFunction, type NodeFunctionOptions } from './node-function';

/**
 * MiB. All functions need less than 128 at run time, but Lambda allocates CPU in proportion to memory, and a
 * cold start consists mostly of CPU time; docs/how-to/deploy.md has the measurements.
 */
const MEMORY = 256;

export interface WorkflowFunctionsOptions {
  readonly bundles: Bundles;
  readonly table: EventLogTable;
  readonly deadLetters: DeadLetters;
  /** Reads what the functions store, and must know a new event type before they accept it. */
  readonly gateway: NodeFunction;
}

/** The functions of the workflow. */
export class WorkflowFunctions extends Construct {
  readonly all: readonly NodeFunction[];
  readonly repair: NodeFunction;
  readonly #byName: Readonly<Record<FunctionName, NodeFunction>>;

  constructor(scope: Construct, id: string, deployment: Deployment, options: WorkflowFunctionsOptions) {
    super(scope, id);
    const own = ownOptions(deployment, options);
    const create = (name: FunctionName, after: readonly NodeFunction[] = []) =>
      new NodeFunction(this, name, deployment, {
        name,
        bundle: options.bundles.handler(name),
        memory: MEMORY,
        reservedConcurrency: deployment.settings.reservedConcurrency.tasks,
        ...own[name],
        after,
      });
    this.repair = create('repair-log');
    this.#byName = {
      'repair-log': this.repair,
      // Readers are updated before writers. An append with new reducers requests a repair, too, which old reducers
      // must not execute.
      'validate-event': create('validate-event', [options.gateway]),
      'process-event': create('process-event', [options.gateway, this.repair]),
    };
    this.all = functionNames.map((name) => this.#byName[name]);
    // A repair is requested asynchronously. A request that is an hour old is useless: the next one covers it.
    new LambdaFunctionEventInvokeConfig(this, 'repair-retries', {
      functionName: this.repair.name,
      maximumRetryAttempts: 2,
      maximumEventAgeInSeconds: 3600,
    });
  }

  get(name: FunctionName): NodeFunction {
    return this.#byName[name];
  }
}

type OwnOptions = Pick<
  NodeFunctionOptions,
  'description' | 'timeout' | 'environment' | 'statements' | 'deadLetterArn'
>;

/** The settings in which the functions differ. Timeouts are in seconds. */
function ownOptions(
  deployment: Deployment,
  { table, deadLetters }: WorkflowFunctionsOptions,
): Record<FunctionName, OwnOptions> {
  const { settings } = deployment;
  const logging = loggingOf(deployment);
  const environment = { ...logging, TABLE_NAME: table.name };
  return {
    'validate-event': {
      description: 'Validates what starts an execution',
      timeout: 10,
      environment: { ...logging, ON_CONFLICT: settings.onConflict, EVENT_RULE: intakeRuleName(deployment) },
    },
    'process-event': {
      description: 'Reduces and checks events of every type',
      timeout: 60,
      environment: {
        ...environment,
        METRICS_NAMESPACE: deployment.name(),
        LATE_TOLERANCE: String(settings.lateToleranceHours),
        DEFAULT_CURRENCY: settings.defaultCurrency,
      },
      statements: table.reading,
    },
    'repair-log': {
      description: 'Brings the summaries up to date after late events',
      // Late by 100,000 events is minutes of work.
      timeout: 300,
      environment,
      statements: [...table.reading, ...table.repairing, ...deadLetters.sending],
      deadLetterArn: deadLetters.arn,
    },
  };
}

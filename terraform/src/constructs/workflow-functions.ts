import type { Registry } from '@hindsight/domain';
import { tasks, type Task } from '@hindsight/workflow';
import { Construct, LambdaFunctionEventInvokeConfig } from '../aws';
import type { Bundles } from '../bundles';
import type { Deployment } from '../naming';
import type { Statement } from '../policy';
import type { DeadLetters } from './dead-letters';
import type { EventLogTable } from './event-log-table';
import { NodeFunction } from './node-function';

/**
 * MiB. All of them need less than 128 once they run, but Lambda gives processor time in proportion, and starting
 * one costs mostly that; docs/deploy.md has the measurements.
 */
const MEMORY = 256;
/** Seconds. Late by 100,000 events is minutes of work; that is what `repair-checkpoints` is for. */
const TIMEOUT: Record<Task['access'], number> = { none: 10, read: 60, checkpoints: 300 };

const repairs = ({ access }: Task): boolean => access === 'checkpoints';

export interface WorkflowFunctionsOptions {
  readonly registry: Registry;
  readonly bundles: Bundles;
  readonly table: EventLogTable;
  readonly deadLetters: DeadLetters;
}

/** One function for each task of the workflow, and so for each event type. */
export class WorkflowFunctions extends Construct {
  readonly all: readonly NodeFunction[];
  readonly repair: NodeFunction;
  readonly #byTask = new Map<string, NodeFunction>();

  constructor(scope: Construct, id: string, deployment: Deployment, options: WorkflowFunctionsOptions) {
    super(scope, id);
    const { registry, bundles } = options;
    // An append by new reducers asks for a repair, which must not be made by old ones.
    let repair: NodeFunction | undefined;
    for (const task of [...tasks(registry)].sort((a, b) => Number(repairs(b)) - Number(repairs(a)))) {
      const lambda = new NodeFunction(this, task.name, deployment, {
        name: task.name,
        description: task.eventType ? `Reduces and checks ${task.eventType}` : `The workflow's ${task.state}`,
        bundle: bundles.handler(task.name),
        memory: MEMORY,
        timeout: TIMEOUT[task.access],
        reservedConcurrency: deployment.settings.reservedConcurrency.tasks,
        ...accessOf(task, deployment, options),
        after: repair,
      });
      this.#byTask.set(task.name, lambda);
      if (repairs(task)) repair = lambda;
    }
    if (repair === undefined) throw new Error('the workflow has no task that repairs');
    this.all = [...this.#byTask.values()];
    this.repair = repair;
    // Repair is asked for and not waited for. A request that is an hour old is of no use: the next one covers it.
    new LambdaFunctionEventInvokeConfig(this, 'repair-retries', {
      functionName: this.repair.name,
      maximumRetryAttempts: 2,
      maximumEventAgeInSeconds: 3600,
    });
  }

  /** @throws when there is no such task */
  get(task: string): NodeFunction {
    const found = this.#byTask.get(task);
    if (found === undefined) throw new Error(`the workflow has no task ${task}`);
    return found;
  }
}

interface Access {
  readonly environment: Record<string, string>;
  readonly statements: readonly Statement[];
  readonly deadLetterArn?: string;
}

function accessOf(task: Task, { settings }: Deployment, options: WorkflowFunctionsOptions): Access {
  const { table, deadLetters } = options;
  const logging = { LOG_LEVEL: settings.logLevel };
  const environment = { ...logging, TABLE_NAME: table.name };
  switch (task.access) {
    case 'none':
      return { environment: { ...logging, ON_CONFLICT: settings.onConflict }, statements: [] };
    case 'read':
      return { environment, statements: table.reading };
    case 'checkpoints':
      return {
        environment,
        statements: [...table.reading, ...table.checkpointing, ...deadLetters.sending],
        deadLetterArn: deadLetters.arn,
      };
  }
}

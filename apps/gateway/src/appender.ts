import { randomUUID } from 'node:crypto';
import {
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  StartExecutionCommand,
  StartSyncExecutionCommand,
  type SFNClient,
  type StartSyncExecutionCommandOutput,
} from '@aws-sdk/client-sfn';
import type { Failure, RepairRequest, WorkflowRequest, WorkflowResult } from '@hindsight/workflow';

/** How an append ended. `execution` names it in the logs of both sides. */
export type AppendOutcome = { readonly execution: string } & (
  { readonly ok: true; readonly result: WorkflowResult } | { readonly ok: false; readonly failure: Failure }
);

/** Appends that are started and asked about later, by executions that last as long as they have to. */
export interface BackgroundAppender {
  /** Answers the execution's name. @throws UnavailableError */
  start(request: WorkflowRequest): Promise<string>;
  /** The status of an execution; undefined if there is none of that name. @throws UnavailableError */
  find(execution: string): Promise<'running' | AppendOutcome | undefined>;
}

/** The one way into the log: an execution of the workflow. */
export interface Appender {
  /** @throws UnavailableError when no answer came; the append may have been stored nevertheless */
  append(request: WorkflowRequest): Promise<AppendOutcome>;
  /** Absent where the deployment has no machine for it. */
  readonly background?: BackgroundAppender;
  /** @throws UnavailableError when a state machine does not answer or is not there */
  ping(): Promise<void>;
}

/** Step Functions gave no answer. The message is for the service's log, not for clients. */
export class UnavailableError extends Error {
  override readonly name = 'Unavailable';
}

export interface AppenderOptions {
  /**
   * Must be made with `maxAttempts: 1`, and with a limit to the time a request takes (`createClients` does so). A
   * synchronous execution has no idempotency of its own: where the events carry no ids, a blind retry after a lost
   * reply would store them twice. Retries belong to the client, which knows its ids, or to `append` here, where nothing
   * can have started.
   */
  readonly client: SFNClient;
  /** An EXPRESS machine, called synchronously. */
  readonly stateMachineArn: string;
  /** A STANDARD machine with the same definition, for appends in the background. */
  readonly asyncStateMachineArn?: string;
  /** Names executions; never the same twice. */
  readonly newName?: () => string;
}

/** A throttled call started nothing: worth another try, after up to these waits in milliseconds. */
const WAITS = [50, 150, 400];
const THROTTLES = ['ThrottlingException', 'TooManyRequestsException', 'RequestLimitExceeded'];

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'Error');

type Ended = Pick<StartSyncExecutionCommandOutput, 'output' | 'error' | 'cause'> & {
  readonly status?: string | undefined;
};

function outcomeOf(execution: string, { status, output, error = '', cause = '' }: Ended): AppendOutcome {
  if (status === 'SUCCEEDED')
    return { ok: true, execution, result: JSON.parse(output ?? '') as WorkflowResult };
  if (status === 'FAILED') return { ok: false, execution, failure: { error, cause } };
  // Timed out or stopped: it is unknown how far it came.
  return { ok: false, execution, failure: { error: 'States.Timeout', cause: '' } };
}

/** The input of an execution, which carries its own name for the log lines of its tasks. */
const inputOf = (request: WorkflowRequest, execution: string): string =>
  JSON.stringify({ ...request, trace: { ...request.trace, execution } });

/** Calls Step Functions; again only where it says that it was too busy to begin. */
async function call<T>(what: string, send: () => Promise<T>, waits = WAITS): Promise<T> {
  try {
    return await send();
  } catch (error) {
    const [wait, ...rest] = waits;
    if (wait === undefined || !THROTTLES.includes(nameOf(error))) {
      throw new UnavailableError(`${what}: ${nameOf(error)}`, { cause: error });
    }
    await new Promise((resolve) => setTimeout(resolve, wait * Math.random()));
    return call(what, send, rest);
  }
}

/** Asks for the repair of a product that was slow to read. The promise rejects with UnavailableError. */
export const repairRequester =
  ({ client, stateMachineArn, newName = randomUUID }: AppenderOptions) =>
  (productId: string): Promise<unknown> => {
    const input = JSON.stringify({ productId, repair: true } satisfies RepairRequest);
    const command = new StartSyncExecutionCommand({ stateMachineArn, name: newName(), input });
    return call('repair', () => client.send(command));
  };

function backgroundAppender(
  { client, newName = randomUUID }: AppenderOptions,
  stateMachineArn: string,
): BackgroundAppender {
  const executions = stateMachineArn.replace(':stateMachine:', ':execution:');
  return {
    async start(request) {
      const name = newName();
      // An execution that is interrupted is run again, and must then find its own events: those without ids get theirs
      // from the execution.
      const named = { ...request, idempotencyKey: request.idempotencyKey ?? name };
      const command = new StartExecutionCommand({ stateMachineArn, name, input: inputOf(named, name) });
      await call(`execution ${name}`, () => client.send(command));
      return name;
    },
    async find(name) {
      const command = new DescribeExecutionCommand({ executionArn: `${executions}:${name}` });
      const found = await call(`execution ${name}`, () =>
        client.send(command).catch((error: unknown) => {
          if (nameOf(error) === 'ExecutionDoesNotExist') return undefined;
          throw error;
        }),
      );
      if (found === undefined) return undefined;
      return found.status === 'RUNNING' || found.status === 'PENDING_REDRIVE'
        ? 'running'
        : outcomeOf(name, found);
    },
  };
}

/** Appends by executions of the workflow's state machines. */
export function createAppender(options: AppenderOptions): Appender {
  const { client, stateMachineArn, asyncStateMachineArn, newName = randomUUID } = options;
  const machines = [stateMachineArn, ...(asyncStateMachineArn === undefined ? [] : [asyncStateMachineArn])];
  return {
    async append(request) {
      const name = newName();
      const command = new StartSyncExecutionCommand({
        stateMachineArn,
        name,
        input: inputOf(request, name),
      });
      return outcomeOf(name, await call(`execution ${name}`, () => client.send(command)));
    },
    ...(asyncStateMachineArn !== undefined && {
      background: backgroundAppender(options, asyncStateMachineArn),
    }),
    async ping() {
      await Promise.all(
        machines.map((arn) =>
          call('state machine', () => client.send(new DescribeStateMachineCommand({ stateMachineArn: arn }))),
        ),
      );
    },
  };
}

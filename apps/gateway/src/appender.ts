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

type Failed = Pick<Failure, 'error' | 'cause'>;

/** The outcome of an append. `execution` identifies it in the logs of the gateway and of the tasks. */
export type AppendOutcome = { readonly execution: string } & (
  { readonly ok: true; readonly result: WorkflowResult } | { readonly ok: false; readonly failure: Failed }
);

/** Background appends: started here and queried later. Their executions may run as long as they need. */
export interface BackgroundAppender {
  /**
   * Returns the execution's name.
   * @throws UnavailableError
   */
  start(request: WorkflowRequest): Promise<string>;
  /**
   * The status of an execution; undefined if no execution has that name.
   * @throws UnavailableError
   */
  find(execution: string): Promise<'running' | AppendOutcome | undefined>;
}

/** The only way to write to the log: an execution of the workflow. */
export interface Appender {
  /** @throws UnavailableError if no response arrived; the events may have been stored nevertheless */
  append(request: WorkflowRequest): Promise<AppendOutcome>;
  /** Absent if the deployment has no state machine for background appends. */
  readonly background?: BackgroundAppender;
  /** @throws UnavailableError if a state machine does not respond or does not exist */
  ping(): Promise<void>;
}

/** Step Functions did not respond. The message is for the service's log, not for clients. */
export class UnavailableError extends Error {
  override readonly name = 'Unavailable';
}

export interface AppenderOptions {
  /**
   * Requires a client with `maxAttempts: 1` and a request timeout (see `createClients`). A synchronous
   * execution is not idempotent: if the events have no ids, a blind retry after a lost response would store
   * them twice. Only two parties may retry: the client, which knows its ids, and `append`, when it is certain
   * that no execution started.
   */
  readonly client: SFNClient;
  /** An EXPRESS machine, called synchronously. */
  readonly stateMachineArn: string;
  /** A STANDARD machine with the same definition, for background appends. */
  readonly asyncStateMachineArn?: string;
  /** Generates execution names; each call returns a new one. */
  readonly newName?: () => string;
}

/** A throttled call started nothing, so it is safe to retry, after up to these waits in milliseconds. */
const WAITS = [50, 150, 400];
const THROTTLES = ['ThrottlingException', 'TooManyRequestsException', 'RequestLimitExceeded'];

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'Error');

type Ended = Pick<StartSyncExecutionCommandOutput, 'output' | 'error' | 'cause'> & {
  readonly status?: string | undefined;
};

function outcomeOf(execution: string, { status, output, error = '', cause = '' }: Ended): AppendOutcome {
  if (status === 'SUCCEEDED') {
    const told = JSON.parse(output ?? '') as WorkflowResult | Failure;
    return 'error' in told ? { ok: false, execution, failure: told } : { ok: true, execution, result: told };
  }
  if (status === 'FAILED') return { ok: false, execution, failure: { error, cause } };
  // Timed out or stopped: the events may or may not have been stored.
  return { ok: false, execution, failure: { error: 'States.Timeout', cause: '' } };
}

/** The input of an execution. It includes the execution's name for the log lines of its tasks. */
function inputOf(request: WorkflowRequest, execution: string): string {
  const input: WorkflowRequest = {
    ...request,
    trace: { ...request.trace, execution },
    answerRefusals: true,
  };
  return JSON.stringify(input);
}

/** Calls Step Functions. Retries only if the call was throttled, because then nothing started. */
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

/** Requests the repair of a product that was slow to read. The promise rejects with UnavailableError. */
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
      // A restarted execution must recognize its own events. Events without ids therefore get ids derived
      // from the execution's name.
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

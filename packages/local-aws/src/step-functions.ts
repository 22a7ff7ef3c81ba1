import { randomUUID } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { problemsOf, type JsonObject } from './asl';
import type { Execution } from './execution';
import { Executions } from './executions';
import { createInterpreter, type Ending } from './interpreter';
import { DATA_LIMIT, tooLarge } from './payload';
import { taskHandlers, type Invoke } from './resources';
import { ServiceError } from './service-error';

export interface StepFunctionsOptions {
  /** The Amazon States Language document, in JSONPath. */
  readonly definition: object;
  /** Invokes a Lambda function. A thrown error becomes the task's error, named by its `name`. */
  readonly invoke: Invoke;
  /** The target of `aws-sdk:dynamodb:transactWriteItems`. */
  readonly dynamodb: DynamoDBClient;
  /** The target of `events:putEvents`, whatever the bus; absent: there is no bus, and events go nowhere. */
  readonly putEvents?: (details: readonly unknown[]) => Promise<void>;
  readonly stateMachineArn?: string;
  /** The machine's own clock: `$$.State.EnteredTime`. */
  readonly clock?: () => Date;
  /** Names executions that are given no name. */
  readonly newName?: () => string;
  /** Persists asynchronous executions across restarts; absent: they are lost when the process ends. */
  readonly executionsFile?: string;
  /** Called when a function fails that was invoked with InvocationType Event. */
  readonly onBackgroundFailure?: (functionArn: string, error: unknown) => void;
}

export interface StartExecutionInput {
  /** 1 to 80 characters. Absent: a generated name. */
  readonly name?: string;
  /** A JSON text, `{}` by default, up to 256 KiB. */
  readonly input?: string;
}

/** How a synchronous execution ended. */
export type SyncExecution = Pick<Execution, 'executionArn' | 'name' | 'startDate' | 'input'> & {
  readonly stopDate: Date;
} & (
    | { readonly status: 'SUCCEEDED'; readonly output: string }
    | { readonly status: 'FAILED' | 'TIMED_OUT'; readonly error: string; readonly cause: string }
  );

/**
 * One state machine. It supports synchronous and asynchronous executions; AWS requires an EXPRESS and a
 * STANDARD machine for that.
 */
export interface StepFunctions {
  readonly stateMachineArn: string;
  readonly definition: object;
  /** @throws ServiceError InvalidExecutionInput, InvalidName, ValidationException */
  startSyncExecution(input: StartExecutionInput): Promise<SyncExecution>;
  /**
   * Starts an execution and does not wait for it. The same name with the same input returns the running
   * execution.
   * @throws ServiceError ExecutionAlreadyExists, ExecutionLimitExceeded, and those of `startSyncExecution`
   */
  startExecution(input: StartExecutionInput): Pick<Execution, 'executionArn' | 'startDate'>;
  /** @throws ServiceError ExecutionDoesNotExist, also for a forgotten execution: see `Executions` */
  describeExecution(executionArn: string): Execution;
  /**
   * Reruns the asynchronous executions that the previous process did not finish, one after another in the
   * order of their start. The first run may already have had side effects: the definition must be idempotent.
   */
  resume(): Promise<void>;
  /** Resolves when no execution, and no function started by one, is running. */
  drain(): Promise<void>;
}

/** The ARN of the local state machine if none is given. */
export const LOCAL_STATE_MACHINE = 'arn:aws:states:us-east-1:000000000000:stateMachine:hindsight';

const MOST_RUNNING = 1_000;
const LONGEST_ERROR = 256;
const LONGEST_CAUSE = 32_768;
// eslint-disable-next-line no-control-regex -- the service refuses them
const FORBIDDEN_IN_NAMES = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\u0000-\u001f\u007f-\u009f]/u;

function parse(input: string): unknown {
  if (tooLarge(input)) throw new ServiceError('ValidationException', 'the input is longer than 262144 bytes');
  try {
    return JSON.parse(input) as unknown;
  } catch (error) {
    throw new ServiceError(
      'InvalidExecutionInput',
      `Invalid State Machine Execution Input: '${(error as Error).message}'`,
    );
  }
}

function checkName(name: string): void {
  if (name === '' || name.length > 80 || FORBIDDEN_IN_NAMES.test(name))
    throw new ServiceError('InvalidName', `Invalid Name: '${name}'`);
}

/** The context object's `State`: each state reads the time again, since the interpreter has no clock. */
const stateContext = (clock: () => Date): JsonObject => ({
  get EnteredTime() {
    return clock().toISOString();
  },
});

type Result = Pick<Execution, 'output' | 'error' | 'cause'> & Pick<SyncExecution, 'status'>;

/** An ending within the limits of the service's answers. */
function resultOf(ending: Ending): Result {
  if (ending.status !== 'SUCCEEDED') {
    const { status, error, cause } = ending;
    return { status, error: error.slice(0, LONGEST_ERROR), cause: cause.slice(0, LONGEST_CAUSE) };
  }
  const output = JSON.stringify(ending.output);
  if (!tooLarge(output)) return { status: 'SUCCEEDED', output };
  const cause = 'The output of the execution has a size exceeding the maximum number of bytes service limit.';
  return { status: 'FAILED', error: DATA_LIMIT, cause };
}

/** Tracks running work so that shutdown can await it. */
function createTracker() {
  const running = new Set<Promise<unknown>>();
  return {
    track<T>(work: Promise<T>): Promise<T> {
      running.add(work);
      const done = () => running.delete(work);
      work.then(done, done);
      return work;
    },
    async drain(): Promise<void> {
      while (running.size > 0) await Promise.allSettled(running);
    },
  };
}

const DEFAULTS = {
  stateMachineArn: LOCAL_STATE_MACHINE,
  newName: (): string => randomUUID(),
  clock: (): Date => new Date(),
  putEvents: (): Promise<void> => Promise.resolve(),
};

/**
 * AWS Step Functions in this process: runs one JSONPath definition, its Lambda functions and its DynamoDB
 * transactions, with the service's error names, retries and limits.
 * @throws Error naming the part of the definition that is invalid, or that would behave differently in the
 * cloud
 */
export function createStepFunctions(options: StepFunctionsOptions): StepFunctions {
  const { definition, invoke, dynamodb, putEvents, stateMachineArn, newName, clock } = {
    ...DEFAULTS,
    ...options,
  };
  const problems = problemsOf(definition);
  if (problems.length > 0) throw new Error(`the state machine can not run locally: ${problems.join('; ')}`);
  const document = definition as JsonObject;
  const { track, drain } = createTracker();
  const inBackground = (functionArn: string, run: Promise<unknown>): void => {
    void track(run.catch((error: unknown) => options.onBackgroundFailure?.(functionArn, error)));
  };
  const interpret = createInterpreter(
    document,
    taskHandlers(document, { invoke, dynamodb, putEvents, inBackground }),
  );
  const executions = new Executions({ file: options.executionsFile });
  const prefix = stateMachineArn.replace(':stateMachine:', ':execution:');
  const State = stateContext(clock);
  const machine = { Id: stateMachineArn, Name: stateMachineArn.slice(stateMachineArn.lastIndexOf(':') + 1) };

  function begin({ name = newName(), input = '{}' }: StartExecutionInput) {
    checkName(name);
    const value = parse(input);
    const base = { executionArn: `${prefix}:${name}`, name, input, startDate: new Date() };
    const run = async (): Promise<Result> => {
      const Execution = { Id: base.executionArn, Name: name, Input: value };
      return resultOf(await interpret(value, { Execution, StateMachine: machine, State }));
    };
    return { base, run };
  }

  async function toEnd(started: Execution, run: () => Promise<Result>): Promise<void> {
    const result = await run();
    executions.end({ ...started, ...result, stopDate: new Date() });
  }

  return {
    stateMachineArn,
    definition,
    drain,
    async resume() {
      for (const interrupted of executions.interrupted)
        await track(toEnd(interrupted, begin(interrupted).run));
    },
    async startSyncExecution(request) {
      const { base, run } = begin(request);
      const result = await track(run());
      return { ...base, ...result, stopDate: new Date() } as SyncExecution;
    },
    startExecution(request) {
      const { base, run } = begin(request);
      const same = executions.get(base.name);
      if (same?.status === 'RUNNING' && same.input === base.input) return same;
      if (same)
        throw new ServiceError('ExecutionAlreadyExists', `Execution Already Exists: '${same.executionArn}'`);
      if (executions.running >= MOST_RUNNING)
        throw new ServiceError('ExecutionLimitExceeded', `${MOST_RUNNING} executions are running`);
      const started: Execution = { ...base, status: 'RUNNING' };
      executions.start(started);
      void track(toEnd(started, run));
      return base;
    },
    describeExecution(executionArn) {
      const [start, name] = [executionArn.slice(0, prefix.length + 1), executionArn.slice(prefix.length + 1)];
      const execution = start === `${prefix}:` ? executions.get(name) : undefined;
      if (!execution)
        throw new ServiceError('ExecutionDoesNotExist', `Execution Does Not Exist: '${executionArn}'`);
      return execution;
    },
  };
}

import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { registry } from '@hindsight/domain';
import { createDynamoDbStore, type Store } from '@hindsight/event-log';
import {
  functionNames,
  type FunctionName,
  stateMachineDefinition,
  type StateMachineDefinition,
  type AppendResult,
  type Failure,
  type ProductLog,
} from '@hindsight/workflow';
import { createStepFunctions, type StepFunctions } from '@hindsight/local-aws';
import { openLog } from '../support/log';
import { startTable, type TestTable } from '../support/engine';
import { startFaultyEndpoint, type FaultyEndpoint } from './faulty-endpoint';
import { largestPayload, listen, pathIn, transitionsIn } from './transitions';

/** An execution that has ended. */
export interface Ended {
  readonly status: string;
  /** Of one that succeeded. */
  readonly result?: AppendResult;
  /** Of one that failed, or that answers a refusal. */
  readonly error?: string;
  readonly cause?: Readonly<Record<string, unknown>> & { readonly detail: string };
  /** The states that it went through. */
  readonly path: readonly string[];
  readonly transitions: readonly string[];
  /** The greatest input or output of a state, in bytes. */
  readonly largest: { readonly state: string; readonly bytes: number };
}

type Handler = (payload: unknown) => Promise<unknown>;

/** A CloudEvent about a refused event. */
export interface Report {
  readonly id: string;
  readonly type: string;
  readonly time: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** The workflow on the local interpreter, the functions' own code and the embedded engine; all of it can be disturbed. */
export interface Machine {
  readonly definition: StateMachineDefinition;
  readonly stepFunctions: StepFunctions;
  /** The same table, undisturbed. */
  readonly log: ProductLog;
  readonly store: Store;
  /** The wire to DynamoDB: of the functions, and of the state machine itself. */
  readonly wire: FaultyEndpoint;
  /** Every transition that any execution took. */
  readonly seen: ReadonlySet<string>;
  run(input: unknown): Promise<Ended>;
  /** Lets the next `times` calls of a function fail by an error of this name, without running it. */
  failFunction(name: FunctionName, error: string, times: number): void;
  /** Lets a state itself fail in the next execution, once. */
  failState(state: string, error: string): void;
  /** Is called after every Process… task, before anything is stored. */
  afterProcessing(disturb: () => Promise<unknown>): void;
  /** How far the state machine's clock is ahead of the functions', in milliseconds. */
  skewMs: number;
  /** What was put on the bus. */
  readonly reported: readonly Report[];
  /** Functions that were started and not waited for, and failed. */
  readonly failedInBackground: readonly string[];
  /** Waits for what runs in the background. */
  drain(): Promise<void>;
  /** Nothing is disturbed any more. */
  heal(): void;
  stop(): Promise<void>;
}

const arnOf = (name: string): string => `arn:aws:lambda:eu-central-1:000000000000:function:${name}`;

/** Functions read their environment when they are loaded, as in Lambda. */
function loadFunctions(table: TestTable, endpoint: string): Map<string, Handler> {
  Object.assign(process.env, {
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    TABLE_NAME: table.tableName,
    LOG_LEVEL: 'silent',
    DYNAMODB_ENDPOINT: endpoint,
  });
  const load = (name: string) =>
    jest.requireActual<{ handler: Handler }>(`../../apps/handlers/src/${name}`).handler;
  return new Map(functionNames.map((name) => [arnOf(name), load(name)]));
}

/** What disturbs the functions. */
class Disturbance {
  readonly #failing = new Map<string, { error: string; left: number }>();
  afterProcessing: () => Promise<unknown> = () => Promise.resolve();

  constructor(readonly functions: ReadonlyMap<string, Handler>) {}

  fail(name: FunctionName, error: string, times: number): void {
    this.#failing.set(arnOf(name), { error, left: times });
  }

  heal(): void {
    this.#failing.clear();
    this.afterProcessing = () => Promise.resolve();
  }

  async invoke(arn: string, payload: unknown): Promise<unknown> {
    const planned = this.#failing.get(arn);
    if (planned !== undefined && planned.left > 0) {
      planned.left -= 1;
      throw Object.assign(new Error('injected'), { name: planned.error });
    }
    const result = await this.functions.get(arn)?.(payload);
    if (arn === arnOf('process-event')) await this.afterProcessing();
    return result;
  }
}

export async function startMachine(): Promise<Machine> {
  const table = await startTable();
  const wire = await startFaultyEndpoint(table.endpoint);
  const disturbance = new Disturbance(loadFunctions(table, wire.endpoint));
  const dynamodb = new DynamoDBClient({ endpoint: wire.endpoint, maxAttempts: 1 });
  const definition = stateMachineDefinition(registry, arnOf);
  const failedInBackground: string[] = [];
  const reported: Report[] = [];
  const stepFunctions = createStepFunctions({
    definition,
    dynamodb,
    putEvents: (details) => Promise.resolve(void reported.push(...(details as Report[]))),
    invoke: (arn, payload) => disturbance.invoke(arn, payload),
    clock: () => new Date(Date.now() + machine.skewMs),
    onBackgroundFailure: (arn) => void failedInBackground.push(arn.slice(arn.lastIndexOf(':') + 1)),
  });
  const listener = listen();
  const seen = new Set<string>();
  let runs = 0;
  const machine: Machine = {
    skewMs: 0,
    definition,
    stepFunctions,
    log: openLog({ client: table.client, tableName: table.tableName }),
    store: createDynamoDbStore(table.client, table.tableName),
    wire,
    seen,
    reported,
    failedInBackground,
    failFunction: (name, error, times) => disturbance.fail(name, error, times),
    failState: (state, error) => listener.failState(state, error),
    afterProcessing: (disturb) => void (disturbance.afterProcessing = disturb),
    drain: () => stepFunctions.drain(),
    async run(input) {
      const name = `run-${(runs += 1)}`;
      const execution = await stepFunctions.startSyncExecution({ name, input: JSON.stringify(asked(input)) });
      const events = await listener.eventsOf(name);
      const transitions = transitionsIn(events);
      for (const transition of transitions) seen.add(transition);
      const ending =
        execution.status === 'SUCCEEDED'
          ? toldBy(execution.output)
          : { error: execution.error, cause: causeOf(execution.cause) };
      return {
        status: execution.status,
        ...ending,
        path: pathIn(events),
        transitions,
        largest: largestPayload(events),
      };
    },
    heal() {
      machine.skewMs = 0;
      disturbance.heal();
      wire.heal();
      failedInBackground.length = 0;
      reported.length = 0;
    },
    async stop() {
      listener.stop();
      dynamodb.destroy();
      await stepFunctions.drain();
      await wire.close();
      await table.stop();
    },
  };
  return machine;
}

/** A request asks for refusals as answers, as the gateway's do; anything else is sent as it is. */
const asked = (input: unknown): unknown =>
  typeof input === 'object' && input !== null && 'body' in input ? { answerRefusals: true, ...input } : input;

function toldBy(output: string): Pick<Ended, 'result' | 'error' | 'cause'> {
  const told = JSON.parse(output) as AppendResult | Failure;
  return 'error' in told ? { error: told.error, cause: causeOf(told.cause) } : { result: told };
}

/** A cause of the workflow is JSON; one of the service may be a sentence. */
function causeOf(cause: string): NonNullable<Ended['cause']> {
  return cause.startsWith('{') ? (JSON.parse(cause) as NonNullable<Ended['cause']>) : { detail: cause };
}

import {
  PutItemCommand,
  TransactWriteItemsCommand,
  type DynamoDBClient,
  type PutItemCommandInput,
  type TransactWriteItemsCommandInput,
} from '@aws-sdk/client-dynamodb';
import { names, statesOf, type JsonObject } from './asl';
import type { TaskHandlers } from './interpreter';
import { DATA_LIMIT, transfer } from './payload';
import { dynamoDbFailure, lambdaFailure, TaskFailure, type DynamoDbIntegration } from './task-failure';

/** Runs a Lambda function by its ARN. */
export type Invoke = (functionArn: string, payload: unknown) => Promise<unknown>;

/** The services that tasks call. */
export interface Resources {
  readonly invoke: Invoke;
  readonly dynamodb: DynamoDBClient;
  /** The target of `events:putEvents`: takes the `Detail` of each entry, as JSON. */
  readonly putEvents: (details: readonly unknown[]) => Promise<void>;
  /** Receives the promise of an invocation that the execution does not await. */
  readonly inBackground: (functionArn: string, run: Promise<unknown>) => void;
}

type Run = (input: unknown) => Promise<unknown>;

const LAMBDA_FUNCTION = /^arn:[^:]+:lambda:[^:]*:[^:]*:function:/;
const TRANSACT_WRITE = /^arn:[^:]+:states:[^:]*:[^:]*:aws-sdk:dynamodb:transactWriteItems$/;
const PUT_ITEM = /^arn:[^:]+:states:[^:]*:[^:]*:dynamodb:putItem$/;
const PUT_EVENTS = /^arn:[^:]+:states:[^:]*:[^:]*:events:putEvents$/;
const LAMBDA_INVOKE = /^arn:[^:]+:states:[^:]*:[^:]*:lambda:invoke$/;

async function call({ invoke }: Resources, functionArn: string, payload: unknown): Promise<unknown> {
  try {
    return await invoke(functionArn, payload);
  } catch (error) {
    throw lambdaFailure(error);
  }
}

/** A call of DynamoDB, and its output as a task's result. */
async function dynamoDb(
  integration: DynamoDbIntegration,
  work: () => Promise<{ readonly $metadata?: unknown }>,
): Promise<unknown> {
  try {
    const { $metadata, ...output } = await work();
    return output;
  } catch (error) {
    throw dynamoDbFailure(error, integration);
  }
}

const transactWrite = ({ dynamodb }: Resources, input: unknown): Promise<unknown> =>
  dynamoDb('aws-sdk:dynamodb', () =>
    dynamodb.send(new TransactWriteItemsCommand(input as TransactWriteItemsCommandInput)),
  );

const putItem = ({ dynamodb }: Resources, input: unknown): Promise<unknown> =>
  dynamoDb('dynamodb', () => dynamodb.send(new PutItemCommand(input as PutItemCommandInput)));

async function lambdaInvoke(resources: Resources, input: unknown): Promise<unknown> {
  const { FunctionName, InvocationType = 'RequestResponse', Payload = {} } = input as Record<string, unknown>;
  if (typeof FunctionName !== 'string')
    throw new TaskFailure('States.Runtime', 'FunctionName is missing', { retry: false, catch: false });
  if (InvocationType === 'Event') {
    resources.inBackground(FunctionName, call(resources, FunctionName, Payload));
    return { StatusCode: 202, Payload: {} };
  }
  return {
    ExecutedVersion: '$LATEST',
    Payload: await call(resources, FunctionName, Payload),
    StatusCode: 200,
  };
}

async function putEvents(resources: Resources, input: unknown): Promise<unknown> {
  const { Entries = [] } = input as { readonly Entries?: readonly { readonly Detail?: unknown }[] };
  try {
    await resources.putEvents(Entries.map(({ Detail }) => Detail));
  } catch (error) {
    throw new TaskFailure('EventBridge.FailedEntry', (error as Error).message);
  }
  return { FailedEntryCount: 0, Entries: Entries.map(() => ({})) };
}

function runOf(resources: Resources, resource: unknown): Run | undefined {
  if (typeof resource !== 'string') return undefined;
  if (LAMBDA_FUNCTION.test(resource)) return (input) => call(resources, resource, input);
  if (TRANSACT_WRITE.test(resource)) return (input) => transactWrite(resources, input);
  if (PUT_ITEM.test(resource)) return (input) => putItem(resources, input);
  if (PUT_EVENTS.test(resource)) return (input) => putEvents(resources, input);
  if (LAMBDA_INVOKE.test(resource)) return (input) => lambdaInvoke(resources, input);
  return undefined;
}

/**
 * Returns one handler for each Task state of a definition, chosen by the state's Resource. Input and output
 * are checked against the service's payload limit.
 * @throws Error if a Resource is not supported locally
 */
export function taskHandlers(definition: JsonObject, resources: Resources): TaskHandlers {
  const tasks = statesOf(definition).filter(({ state }) => state['Type'] === 'Task');
  const handlers = tasks.map(({ name, state }): [string, Run] => {
    const run = runOf(resources, state['Resource']);
    if (run === undefined)
      throw new Error(`state ${name}: the resource ${String(state['Resource'])} does not run locally`);
    // A payload over the limit is matched by its own name only, never by a wildcard.
    const named = { retry: names(state, 'Retry', DATA_LIMIT), catch: names(state, 'Catch', DATA_LIMIT) };
    return [
      name,
      async (input) => {
        const payload = transfer(input, `The input of the task '${name}'`, named);
        return transfer(await run(payload), `The result of the task '${name}'`, named);
      },
    ];
  });
  return Object.fromEntries(handlers);
}

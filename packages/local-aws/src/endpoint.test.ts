import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  SFNClient,
  StartExecutionCommand,
  StartSyncExecutionCommand,
} from '@aws-sdk/client-sfn';
import { newCredentials } from './credentials';
import { serveStepFunctions } from './endpoint';
import type { ProtocolServer } from './protocol-server';
import { createStepFunctions, type StepFunctions } from './step-functions';
import { eventually } from './testing/processes';

const credentials = newCredentials();
const work = 'arn:aws:lambda:us-east-1:000000000000:function:work';
const definition = { StartAt: 'Work', States: { Work: { Type: 'Task', Resource: work, End: true } } };

/** Never called here. */
const dynamodb = new DynamoDBClient({ region: 'us-east-1' });

let stepFunctions: StepFunctions;
let served: ProtocolServer;
let client: SFNClient;
let stateMachineArn: string;
const invoke = jest.fn((_: string, payload: unknown): Promise<unknown> => Promise.resolve(payload));

beforeEach(async () => {
  invoke.mockClear();
  stepFunctions = createStepFunctions({ definition, invoke, dynamodb });
  ({ stateMachineArn } = stepFunctions);
  served = await serveStepFunctions(stepFunctions, { credentials });
  client = new SFNClient({
    endpoint: served.endpoint,
    region: 'us-east-1',
    credentials,
    disableHostPrefix: true,
    maxAttempts: 1,
  });
});
afterEach(async () => {
  client.destroy();
  await served.close();
});

test('StartSyncExecution answers how the execution ended', async () => {
  const command = new StartSyncExecutionCommand({ stateMachineArn, name: 'one', input: '{"text":"ü\\n"}' });
  const answer = await client.send(command);
  expect(answer).toMatchObject({
    status: 'SUCCEEDED',
    name: 'one',
    stateMachineArn,
    output: '{"text":"ü\\n"}',
  });
  expect(answer.startDate).toBeInstanceOf(Date);
  expect(answer.stopDate).toBeInstanceOf(Date);
});

test('a failed execution is an answer, too: error and cause', async () => {
  invoke.mockRejectedValueOnce(Object.assign(new Error('no'), { name: 'Refused' }));
  const answer = await client.send(new StartSyncExecutionCommand({ stateMachineArn }));
  expect(answer).toMatchObject({ status: 'FAILED', error: 'Refused' });
  expect(JSON.parse(answer.cause ?? '')).toMatchObject({ errorMessage: 'no' });
});

test('StartExecution and DescribeExecution', async () => {
  const { executionArn, startDate } = await client.send(
    new StartExecutionCommand({ stateMachineArn, name: 'job', input: '[1]' }),
  );
  expect(startDate).toBeInstanceOf(Date);
  await stepFunctions.drain();
  const answer = await client.send(new DescribeExecutionCommand({ executionArn }));
  expect(answer).toMatchObject({
    status: 'SUCCEEDED',
    name: 'job',
    input: '[1]',
    output: '[1]',
    stateMachineArn,
    startDate,
  });
  expect(answer.stopDate).toBeInstanceOf(Date);
});

test('DescribeStateMachine', async () => {
  const answer = await client.send(new DescribeStateMachineCommand({ stateMachineArn }));
  expect(answer).toMatchObject({ stateMachineArn, name: 'hindsight', status: 'ACTIVE' });
  expect(JSON.parse(answer.definition ?? '')).toEqual(definition);
});

test('errors come by their names', async () => {
  const other = `${stateMachineArn}-2`;
  const calls = [
    [client.send(new StartSyncExecutionCommand({ stateMachineArn: other })), 'StateMachineDoesNotExist'],
    [client.send(new DescribeStateMachineCommand({ stateMachineArn: other })), 'StateMachineDoesNotExist'],
    [client.send(new StartSyncExecutionCommand({ stateMachineArn, input: '{' })), 'InvalidExecutionInput'],
    [client.send(new StartExecutionCommand({ stateMachineArn, name: 'a b' })), 'InvalidName'],
    [client.send(new DescribeExecutionCommand({ executionArn: 'arn:nothing' })), 'ExecutionDoesNotExist'],
  ] as const;
  for (const [call, name] of calls) await expect(call).rejects.toMatchObject({ name, $fault: 'client' });
});

/** What the client sends is changed before it is signed. */
function changing(change: (request: { headers: Record<string, string>; body: unknown }) => void) {
  client.middlewareStack.add(
    (next) => (args) => {
      change(args.request as { headers: Record<string, string>; body: unknown });
      return next(args);
    },
    { step: 'build', priority: 'low' },
  );
}

test.each<[string, string | undefined, string | undefined, string]>([
  ['an unknown operation', 'AWSStepFunctions.ListActivities', undefined, 'UnknownOperationException'],
  ['an operation of an object’s own', 'AWSStepFunctions.toString', undefined, 'UnknownOperationException'],
  ['another service', 'DynamoDB_20120810.Scan', undefined, 'UnknownOperationException'],
  ['no JSON', undefined, '{', 'SerializationException'],
  ['too long a request', undefined, ' '.repeat(3 * 1024 * 1024), 'ValidationException'],
])('%s is the caller’s fault', async (_, target, body, name) => {
  changing((request) => {
    if (target !== undefined) request.headers['x-amz-target'] = target;
    if (body === undefined) return;
    request.body = body;
    request.headers['content-length'] = String(body.length);
  });
  const call = client.send(new StartExecutionCommand({ stateMachineArn }));
  await expect(call).rejects.toMatchObject({ name });
  expect(invoke).not.toHaveBeenCalled();
});

test('a process without the secret starts nothing', async () => {
  const headers = { 'x-amz-target': 'AWSStepFunctions.StartExecution' };
  const response = await fetch(served.endpoint, { method: 'POST', headers, body: '{}' });
  expect(response.status).toBe(403);
  expect(await response.json()).toMatchObject({ __type: 'AccessDeniedException' });
  expect(invoke).not.toHaveBeenCalled();
});

test('closing answers what is under way, and waits for it', async () => {
  let finish: (value: unknown) => void = () => undefined;
  invoke.mockImplementationOnce(() => new Promise((resolve) => (finish = resolve)));
  const answer = client.send(new StartSyncExecutionCommand({ stateMachineArn }));
  const calls = invoke.mock.calls.length;
  await eventually(() => invoke.mock.calls.length > calls);
  const closed = served.close();
  finish('late');
  expect(await answer).toMatchObject({ output: '"late"' });
  await closed;
  served = { endpoint: '', close: () => Promise.resolve() };
});

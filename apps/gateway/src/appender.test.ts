import type { WorkflowRequest } from '@hindsight/workflow';
import { createAppender, type BackgroundAppender } from './appender';
import { createClients, environmentOf } from './clients';
import { result } from './testing/fakes';
import { standIn, type Answer, type ReceivedCall, type StandIn } from './testing/stand-in';

const ARN = 'arn:aws:states:us-east-1:000000000000:stateMachine:hindsight';
const REQUEST = { productId: '100', body: { eventType: 'productReceived', quantity: '1' } };
const SUCCEEDED = { executionArn: 'x', status: 'SUCCEEDED', output: JSON.stringify(result) };

let running: StandIn | undefined;
afterEach(async () => {
  await running?.close();
  running = undefined;
});

/** An appender with the real client, which calls a stand-in. */
async function appenderOver(
  answer: (call: ReceivedCall, index: number) => Answer | 'hang-up' | 'stall' | Promise<Answer>,
  timeout?: number,
) {
  let index = 0;
  running = await standIn((call) => answer(call, index++));
  const env = { TABLE_NAME: 'hindsight', STATE_MACHINE_ARN: ARN, SFN_ENDPOINT: running.endpoint };
  const { sfn } = createClients(environmentOf(env), timeout);
  const { calls } = running;
  return { calls, appender: createAppender({ client: sfn, stateMachineArn: ARN }) };
}

test('starts one synchronous execution with the request as its input', async () => {
  const { appender, calls } = await appenderOver(() => ({ body: SUCCEEDED }));
  const outcome = await appender.append(REQUEST);
  expect(outcome).toMatchObject({ ok: true, result });
  expect(calls).toHaveLength(1);
  expect(calls[0]).toMatchObject({
    operation: 'StartSyncExecution',
    input: { stateMachineArn: ARN, name: outcome.execution },
  });
  expect(JSON.parse(calls[0]?.input['input'] ?? '')).toEqual({
    ...{ ...REQUEST, trace: { execution: outcome.execution }, answerRefusals: true },
  });
});

test('reads a failed execution from an answer that is 200', async () => {
  const { appender } = await appenderOver(() => ({
    body: { status: 'FAILED', error: 'RuleBroken', cause: '{"detail":"d"}' },
  }));
  expect(await appender.append(REQUEST)).toMatchObject({
    ok: false,
    failure: { error: 'RuleBroken', cause: '{"detail":"d"}' },
  });
});

test('reads a refusal from the output of an execution that succeeded', async () => {
  const failure = { error: 'RuleBroken', code: 'insufficient-stock', cause: '{"detail":"d"}' };
  const body = { status: 'SUCCEEDED', output: JSON.stringify(failure) };
  const { appender } = await appenderOver(() => ({ body }));
  expect(await appender.append(REQUEST)).toMatchObject({ ok: false, failure });
});

test('an execution that timed out is a failure with an unknown outcome', async () => {
  const { appender } = await appenderOver(() => ({ body: { status: 'TIMED_OUT' } }));
  expect(await appender.append(REQUEST)).toMatchObject({ ok: false, failure: { error: 'States.Timeout' } });
});

test('a lost reply is not followed by a second execution: events without ids would be stored twice', async () => {
  const { appender, calls } = await appenderOver(() => 'hang-up');
  await expect(appender.append(REQUEST)).rejects.toMatchObject({ name: 'Unavailable' });
  expect(calls).toHaveLength(1);
});

test('an error of the service is not an outcome, and is not retried', async () => {
  const { appender, calls } = await appenderOver(() => ({
    status: 500,
    body: { __type: 'InternalServerError' },
  }));
  await expect(appender.append(REQUEST)).rejects.toMatchObject({ name: 'Unavailable' });
  expect(calls).toHaveLength(1);
});

test('a throttled start has started nothing, and is retried', async () => {
  const throttled = { status: 400, body: { __type: 'ThrottlingException' } };
  const { appender, calls } = await appenderOver((_, index) => (index < 2 ? throttled : { body: SUCCEEDED }));
  expect(await appender.append(REQUEST)).toMatchObject({ ok: true });
  expect(new Set(calls.map(({ input }) => input['name'])).size).toBe(1);
  expect(calls).toHaveLength(3);
});

test('gives up when throttling lasts', async () => {
  const { appender, calls } = await appenderOver(() => ({
    status: 400,
    body: { __type: 'ThrottlingException' },
  }));
  await expect(appender.append(REQUEST)).rejects.toMatchObject({ name: 'Unavailable' });
  expect(calls).toHaveLength(4);
});

test('gives up on a response that does not arrive', async () => {
  const { appender } = await appenderOver(() => new Promise<never>(() => undefined), 20);
  await expect(appender.append(REQUEST)).rejects.toMatchObject({ name: 'Unavailable' });
});

test('gives up on a response that stops halfway', async () => {
  const { appender } = await appenderOver(() => 'stall', 20);
  await expect(appender.append(REQUEST)).rejects.toMatchObject({ name: 'Unavailable' });
});

test('pings by asking for the state machine', async () => {
  const { appender, calls } = await appenderOver((_, index) =>
    index === 0
      ? { body: { stateMachineArn: ARN } }
      : { status: 400, body: { __type: 'StateMachineDoesNotExist' } },
  );
  await appender.ping();
  expect(calls[0]).toMatchObject({ operation: 'DescribeStateMachine', input: { stateMachineArn: ARN } });
  await expect(appender.ping()).rejects.toMatchObject({ name: 'Unavailable' });
});

describe('in the background', () => {
  const ASYNC_ARN = 'arn:aws:states:us-east-1:000000000000:stateMachine:hindsight-async';

  async function backgroundOver(answer: (call: ReceivedCall) => Answer) {
    running = await standIn(answer);
    const env = { TABLE_NAME: 'hindsight', STATE_MACHINE_ARN: ARN, SFN_ENDPOINT: running.endpoint };
    const { sfn } = createClients(environmentOf(env));
    const appender = createAppender({ client: sfn, stateMachineArn: ARN, asyncStateMachineArn: ASYNC_ARN });
    return { calls: running.calls, appender, background: appender.background as BackgroundAppender };
  }

  test('there is nothing without a machine for it', async () => {
    const { appender } = await appenderOver(() => ({ body: SUCCEEDED }));
    expect(appender.background).toBeUndefined();
  });

  test('an execution is started on the machine for it, and is known by its name', async () => {
    const { background, calls } = await backgroundOver(() => ({ body: { executionArn: 'x', startDate: 0 } }));
    const name = await background.start(REQUEST);
    expect(calls).toMatchObject([
      { operation: 'StartExecution', input: { stateMachineArn: ASYNC_ARN, name } },
    ]);
    expect(JSON.parse(calls[0]?.input['input'] ?? '')).toMatchObject({
      ...REQUEST,
      trace: { execution: name },
    });
  });

  test('events without ids get ids from the execution, so that a restart stores them once', async () => {
    const { background, calls } = await backgroundOver(() => ({ body: { executionArn: 'x', startDate: 0 } }));
    const keys = async (request: WorkflowRequest) => {
      const name = await background.start(request);
      const { idempotencyKey } = JSON.parse(calls.at(-1)?.input['input'] ?? '') as WorkflowRequest;
      return { name, idempotencyKey };
    };
    const { name, idempotencyKey } = await keys(REQUEST);
    expect(idempotencyKey).toBe(name);
    expect((await keys({ ...REQUEST, idempotencyKey: 'own' })).idempotencyKey).toBe('own');
  });

  test.each([
    [{ status: 'RUNNING' }, 'running'],
    [SUCCEEDED, { ok: true, execution: 'name', result }],
    [
      { status: 'FAILED', error: 'InvalidEvent', cause: '{}' },
      { ok: false, execution: 'name', failure: { error: 'InvalidEvent', cause: '{}' } },
    ],
    [
      { status: 'ABORTED' },
      { ok: false, execution: 'name', failure: { error: 'States.Timeout', cause: '' } },
    ],
  ])('%j is reported as %j', async (body, told) => {
    const { background, calls } = await backgroundOver(() => ({ body }));
    expect(await background.find('name')).toEqual(told);
    const executionArn = 'arn:aws:states:us-east-1:000000000000:execution:hindsight-async:name';
    expect(calls).toEqual([{ operation: 'DescribeExecution', input: { executionArn } }]);
  });

  test('an unknown execution is undefined, and one that cannot be queried is an error', async () => {
    let type = 'ExecutionDoesNotExist';
    const { background } = await backgroundOver(() => ({ status: 400, body: { __type: type } }));
    expect(await background.find('name')).toBeUndefined();
    type = 'AccessDeniedException';
    await expect(background.find('name')).rejects.toMatchObject({ name: 'Unavailable' });
  });

  test('both machines are pinged', async () => {
    const { appender, calls } = await backgroundOver(() => ({ body: {} }));
    await appender.ping();
    expect(calls.map(({ input }) => input['stateMachineArn']).sort()).toEqual([ARN, ASYNC_ARN].sort());
  });
});

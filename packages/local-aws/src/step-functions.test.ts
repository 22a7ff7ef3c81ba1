import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LOCAL_STATE_MACHINE } from './step-functions';
import { answering, create, KIB, machine, named, run } from './testing/machines';

afterEach(() => {
  jest.useRealTimers();
});

describe('a synchronous execution', () => {
  test('ends with the output of the last state as a JSON text', async () => {
    const execution = await create().startSyncExecution({ name: 'first', input: '{"a":"ü"}' });
    expect(execution).toMatchObject({
      status: 'SUCCEEDED',
      output: '{"a":"ü"}',
      name: 'first',
      input: '{"a":"ü"}',
    });
    expect(execution.executionArn).toBe(LOCAL_STATE_MACHINE.replace('stateMachine', 'execution') + ':first');
    expect(execution.stopDate.getTime()).toBeGreaterThanOrEqual(execution.startDate.getTime());
  });

  test('knows its name and ARN in the context object', async () => {
    const Parameters = {
      'name.$': '$$.Execution.Name',
      'id.$': '$$.Execution.Id',
      'machine.$': '$$.StateMachine.Id',
    };
    const { executionArn, ...execution } = await create({
      definition: machine({ Parameters }),
    }).startSyncExecution({ name: 'x' });
    expect(execution).toMatchObject({
      output: JSON.stringify({ name: 'x', id: executionArn, machine: LOCAL_STATE_MACHINE }),
    });
  });

  test('takes more than its time: TIMED_OUT', async () => {
    jest.useFakeTimers();
    const running = run(
      create({
        definition: { ...machine({}), TimeoutSeconds: 5 },
        invoke: () => new Promise(() => undefined),
      }),
    );
    await jest.advanceTimersByTimeAsync(5_000);
    expect(await running).toMatchObject({ status: 'TIMED_OUT', error: 'States.Timeout' });
  });

  test.each([
    ['no JSON', { input: '{' }, 'InvalidExecutionInput'],
    ['an input over 256 KiB', { input: JSON.stringify('x'.repeat(256 * KIB)) }, 'ValidationException'],
    ['a name with a slash', { name: 'a/b' }, 'InvalidName'],
    ['a name of 81 characters', { name: 'n'.repeat(81) }, 'InvalidName'],
    ['an empty name', { name: '' }, 'InvalidName'],
  ])('%s is refused', async (_, request, name) => {
    await expect(create().startSyncExecution(request)).rejects.toMatchObject({ name });
  });
});

describe('an asynchronous execution', () => {
  test('is described while it runs, and with its result when it has ended', async () => {
    let finish: (value: unknown) => void = () => undefined;
    const stepFunctions = create({ invoke: () => new Promise((resolve) => (finish = resolve)) });
    const { executionArn } = stepFunctions.startExecution({ name: 'job', input: '{"a":1}' });
    expect(stepFunctions.describeExecution(executionArn)).toMatchObject({
      status: 'RUNNING',
      name: 'job',
      input: '{"a":1}',
    });
    await new Promise(setImmediate);
    finish({ b: 2 });
    await stepFunctions.drain();
    expect(stepFunctions.describeExecution(executionArn)).toMatchObject({
      status: 'SUCCEEDED',
      output: '{"b":2}',
    });
  });

  test('reports how it failed', async () => {
    const stepFunctions = create({ invoke: answering(named('Broken')) });
    const { executionArn } = stepFunctions.startExecution({});
    await stepFunctions.drain();
    expect(stepFunctions.describeExecution(executionArn)).toMatchObject({
      status: 'FAILED',
      error: 'Broken',
    });
  });

  test('of the same name and input is the same one while it runs; anything else exists already', async () => {
    const invoke = answering(1);
    const stepFunctions = create({ invoke });
    const first = stepFunctions.startExecution({ name: 'job', input: '{}' });
    const second = stepFunctions.startExecution({ name: 'job', input: '{}' });
    expect([second.executionArn, second.startDate]).toEqual([first.executionArn, first.startDate]);
    const existing = expect.objectContaining({ name: 'ExecutionAlreadyExists' }) as Error;
    expect(() => stepFunctions.startExecution({ name: 'job', input: '{"b":1}' })).toThrow(existing);
    await stepFunctions.drain();
    expect(() => stepFunctions.startExecution({ name: 'job', input: '{}' })).toThrow(existing);
    expect(invoke).toHaveBeenCalledTimes(1);
  });

  test('that a kill interrupted is run again by the next process, in the order of the start', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hindsight-executions-'));
    const executionsFile = join(folder, 'executions.ndjson');
    const killed = create({ executionsFile, invoke: () => new Promise(() => undefined) });
    const started = ['b', 'a'].map((name) => killed.startExecution({ name, input: `"${name}"` }));

    const seen: unknown[] = [];
    const invoke = (_: string, payload: unknown) => Promise.resolve(void seen.push(payload));
    const next = create({ executionsFile, invoke });
    expect(next.describeExecution(started[0]!.executionArn)).toMatchObject({ status: 'RUNNING' });
    await next.resume();
    expect(seen).toEqual(['b', 'a']);
    expect(next.describeExecution(started[1]!.executionArn)).toMatchObject({
      status: 'SUCCEEDED',
      startDate: started[1]!.startDate,
    });

    await create({ executionsFile, invoke }).resume();
    expect(seen).toHaveLength(2);
    rmSync(folder, { recursive: true });
  });

  test('that is unknown does not exist', () => {
    const stepFunctions = create();
    for (const unknown of [
      'nonsense',
      `${LOCAL_STATE_MACHINE.replace('stateMachine', 'execution')}:nobody`,
    ]) {
      expect(() => stepFunctions.describeExecution(unknown)).toThrow(
        expect.objectContaining({ name: 'ExecutionDoesNotExist' }),
      );
    }
  });
});

describe('a definition that would mean something else here than in the cloud is refused', () => {
  test.each<[string, object]>([
    ['Work: Assign', machine({ Assign: { a: 1 } })],
    ['Work: Arguments', machine({ Arguments: {} })],
    ['QueryLanguage', { ...machine({}), QueryLanguage: 'JSONata' }],
    ['Work: ResultPath "$"', machine({ ResultPath: '$' })],
    ['Work: HeartbeatSeconds', machine({ HeartbeatSeconds: 5 })],
    [
      'F: an intrinsic function in CausePath',
      machine({}, { F: { Type: 'Fail', Error: 'E', CausePath: 'States.JsonToString($)' } }),
    ],
    [
      'C: IsPresent: false',
      machine(
        {},
        { C: { Type: 'Choice', Choices: [{ And: [{ Variable: '$.a', IsPresent: false }], Next: 'Work' }] } },
      ),
    ],
    [
      'state Work: the resource arn:aws:states:::sqs:sendMessage',
      machine({ Resource: 'arn:aws:states:::sqs:sendMessage' }),
    ],
    [
      'M: ItemReader',
      machine({}, { M: { Type: 'Map', ItemReader: {}, ItemProcessor: machine({}), End: true } }),
    ],
    ['Work: no state Nowhere', machine({ Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Nowhere' }] })],
    ['StartAt: no state First', { ...machine({}), StartAt: 'First' }],
    ['it is no object', []],
  ])('%s', (message, definition) => {
    expect(() => create({ definition })).toThrow(message);
  });
});

import { CreateTableCommand, DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { startDynamoDb } from './dynamodb';
import type { DynamoDbEngine } from './engine';
import { answering, arn, create, machine, named, run } from './testing/machines';

const transact = 'arn:aws:states:::aws-sdk:dynamodb:transactWriteItems';

afterEach(() => {
  jest.useRealTimers();
});

describe('a Lambda task', () => {
  test('gets a copy of its payload, as JSON', async () => {
    const invoke = jest.fn((_: string, payload: unknown) => {
      (payload as { list: number[] }).list.push(2);
      return Promise.resolve({ at: new Date(0), gone: undefined });
    });
    const definition = machine({ ResultPath: '$.result' });
    expect(await run(create({ definition, invoke }), { list: [1] })).toMatchObject({
      output: '{"list":[1],"result":{"at":"1970-01-01T00:00:00.000Z"}}',
    });
    expect(invoke).toHaveBeenCalledWith(arn('work'), expect.anything());
  });

  test('that answers nothing answers null', async () => {
    expect(await run(create({ invoke: () => Promise.resolve() }))).toMatchObject({ output: 'null' });
  });

  test('that throws fails by the name of the error, with its trace in the cause', async () => {
    const execution = await run(create({ invoke: answering(named('Broken', 'a "quoted" thing')) }));
    expect(execution).toMatchObject({ status: 'FAILED', error: 'Broken' });
    expect(JSON.parse((execution as { cause: string }).cause)).toEqual({
      errorType: 'Broken',
      errorMessage: 'a "quoted" thing',
      trace: expect.arrayContaining([
        'Broken: a "quoted" thing',
        expect.stringContaining('resources.test.ts'),
      ]),
    });
  });

  test('that throws no error fails by the type of what it throws', async () => {
    const invoke = jest.fn().mockRejectedValue('text');
    expect(await run(create({ invoke }))).toMatchObject({
      error: 'string',
      cause: JSON.stringify({ errorType: 'string', errorMessage: 'text', trace: [] }),
    });
  });

  test('that fails can be caught, and its error and cause be passed on', async () => {
    const Catch = [{ ErrorEquals: ['Broken'], ResultPath: '$.fault', Next: 'Refused' }];
    const Refused = { Type: 'Fail', ErrorPath: '$.fault.Error', CausePath: '$.fault.Cause' };
    const execution = await run(
      create({ definition: machine({ Catch }, { Refused }), invoke: answering(named('Broken', 'x')) }),
    );
    expect(execution).toMatchObject({
      error: 'Broken',
      cause: expect.stringContaining('"errorMessage":"x"') as string,
    });
  });

  test('is retried as its Retry says: waits grow up to MaxDelaySeconds, and are spread', async () => {
    jest.useFakeTimers();
    jest.spyOn(Math, 'random').mockReturnValue(0.5);
    const Retry = [
      {
        ErrorEquals: ['Busy'],
        IntervalSeconds: 1,
        BackoffRate: 4,
        MaxDelaySeconds: 5,
        MaxAttempts: 3,
        JitterStrategy: 'FULL',
      },
    ];
    const invoke = answering(named('Busy'), named('Busy'), named('Busy'), 'done');
    const running = run(create({ definition: machine({ Retry }), invoke }));
    for (const [wait, calls] of [
      [500, 2],
      [2_000, 3],
      [2_500, 4],
    ] as const) {
      await jest.advanceTimersByTimeAsync(wait - 10);
      expect(invoke).toHaveBeenCalledTimes(calls - 1);
      await jest.advanceTimersByTimeAsync(10);
      expect(invoke).toHaveBeenCalledTimes(calls);
    }
    expect(await running).toMatchObject({ output: '"done"' });
  });
});

describe('events on a bus', () => {
  const Entries = [{ Source: 'here', DetailType: 'thing', EventBusName: 'out', Detail: { 'id.$': '$.id' } }];
  const definition = machine({ Resource: 'arn:aws:states:::events:putEvents', Parameters: { Entries } });

  test('are handed to whoever takes them; without one, they go nowhere', async () => {
    const details: unknown[] = [];
    const putEvents = (some: readonly unknown[]) => Promise.resolve(void details.push(...some));
    for (const taking of [{ putEvents }, {}])
      expect(await run(create({ definition, ...taking }), { id: 'a' })).toMatchObject({
        output: '{"FailedEntryCount":0,"Entries":[{}]}',
      });
    expect(details).toEqual([{ id: 'a' }]);
  });

  test('fail the state that sends them if they are not taken', async () => {
    const putEvents = () => Promise.reject(new Error('no room'));
    expect(await run(create({ definition, putEvents }), { id: 'a' })).toMatchObject({
      error: 'EventBridge.FailedEntry',
      cause: 'no room',
    });
  });
});

describe('a DynamoDB transaction', () => {
  let engine: DynamoDbEngine;
  let dynamodb: DynamoDBClient;
  const put = (id: string) => ({
    Put: { TableName: 'things', Item: { id: { S: id } }, ConditionExpression: 'attribute_not_exists(id)' },
  });
  const definition = machine({
    Resource: transact,
    Parameters: { 'TransactItems.$': '$.items', 'ClientRequestToken.$': '$.token' },
    ResultSelector: { stored: true },
  });

  beforeAll(async () => {
    engine = await startDynamoDb();
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    dynamodb = new DynamoDBClient({
      endpoint: engine.endpoint,
      region: 'us-east-1',
      credentials,
      maxAttempts: 1,
    });
    await dynamodb.send(
      new CreateTableCommand({
        TableName: 'things',
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      }),
    );
  });
  afterAll(async () => {
    dynamodb.destroy();
    await engine.stop();
  });

  test('stores all of its items, in DynamoDB JSON', async () => {
    const execution = await run(create({ definition, dynamodb }), {
      items: [put('a'), put('b')],
      token: 'one',
    });
    expect(execution).toMatchObject({ status: 'SUCCEEDED', output: '{"stored":true}' });
    const { Item } = await dynamodb.send(
      new GetItemCommand({ TableName: 'things', Key: { id: { S: 'b' } } }),
    );
    expect(Item).toEqual({ id: { S: 'b' } });
  });

  test('that fails a condition stores nothing, and fails as DynamoDb.TransactionCanceledException', async () => {
    await run(create({ definition, dynamodb }), { items: [put('c')], token: 'two' });
    const execution = await run(create({ definition, dynamodb }), {
      items: [put('d'), put('c')],
      token: 'three',
    });
    expect(execution).toMatchObject({
      status: 'FAILED',
      error: 'DynamoDb.TransactionCanceledException',
      cause: expect.stringContaining('[None, ConditionalCheckFailed]') as string,
    });
    const { Item } = await dynamodb.send(
      new GetItemCommand({ TableName: 'things', Key: { id: { S: 'd' } } }),
    );
    expect(Item).toBeUndefined();
  });

  test('that is malformed fails as DynamoDb.DynamoDbException', async () => {
    expect(await run(create({ definition, dynamodb }), { items: [], token: 'four' })).toMatchObject({
      error: 'DynamoDb.DynamoDbException',
    });
  });

  test.each([
    ['ProvisionedThroughputExceededException', 400, 'DynamoDb.ProvisionedThroughputExceededException'],
    ['ThrottlingException', 400, 'DynamoDb.ThrottlingException'],
    ['RequestLimitExceeded', 400, 'DynamoDb.RequestLimitExceededException'],
    ['InternalServerError', 500, 'DynamoDb.InternalServerErrorException'],
    ['ECONNREFUSED', undefined, 'DynamoDb.SdkClientException'],
  ])('that meets %s fails by a name that a Retry can match', async (name, httpStatusCode, error) => {
    const failing = new DynamoDBClient({ region: 'us-east-1' });
    const refusal = Object.assign(named(name), { $metadata: { httpStatusCode } });
    failing.send = answering(refusal);
    expect(await run(create({ definition, dynamodb: failing }), { items: [], token: 't' })).toMatchObject({
      error,
      cause: httpStatusCode
        ? `${name} (Service: DynamoDb, Status Code: ${httpStatusCode}, Request ID: none)`
        : name,
    });
  });
});

describe('a function that is started and not waited for', () => {
  const Parameters = { FunctionName: arn('later'), InvocationType: 'Event', 'Payload.$': '$' };
  const definition = machine({ Resource: 'arn:aws:states:::lambda:invoke', Parameters });

  test('runs on after the execution; drain waits for it', async () => {
    let finish: () => void = () => undefined;
    const invoke = jest.fn(() => new Promise<void>((resolve) => (finish = resolve)));
    const stepFunctions = create({ definition, invoke });
    expect(await run(stepFunctions, { a: 1 })).toMatchObject({ output: '{"StatusCode":202,"Payload":{}}' });
    expect(invoke).toHaveBeenCalledWith(arn('later'), { a: 1 });
    let drained = false;
    const drain = stepFunctions.drain().then(() => (drained = true));
    await new Promise(setImmediate);
    expect(drained).toBe(false);
    finish();
    await drain;
  });

  test('that fails is reported, and the execution succeeds', async () => {
    const onBackgroundFailure = jest.fn();
    const stepFunctions = create({ definition, invoke: answering(named('Late')), onBackgroundFailure });
    expect(await run(stepFunctions)).toMatchObject({ status: 'SUCCEEDED' });
    await stepFunctions.drain();
    expect(onBackgroundFailure).toHaveBeenCalledWith(arn('later'), expect.objectContaining({ name: 'Late' }));
  });

  test('RequestResponse waits, and answers what the function answers', async () => {
    const waiting = machine({
      Resource: 'arn:aws:states:::lambda:invoke',
      Parameters: { FunctionName: arn('now'), 'Payload.$': '$' },
    });
    const execution = await run(create({ definition: waiting, invoke: answering(7) }));
    expect(execution).toMatchObject({ output: '{"ExecutedVersion":"$LATEST","Payload":7,"StatusCode":200}' });
  });
});

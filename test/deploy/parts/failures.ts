import { keySchema } from '@hindsight/event-log';
import { alarmsOf, countedInLogs, embedded, logged } from '../alarms';
import type { Json } from '../account';
import { dynamodb, until } from '../inside';
import { received, shipped, world } from '../world';

const states = (operation: string, body: object): Promise<Json> =>
  world.account.call('states', `AWSStepFunctions.${operation}`, body);

/** The alarms of dev that go off, by what has been logged so far. */
async function alarms(): Promise<string[]> {
  const dev = await world.stacks.deployed('dev');
  return alarmsOf(dev, await countedInLogs(world.account, dev));
}

/** What a filter of dev has counted so far. */
async function counted(metric: string): Promise<number> {
  const all = await countedInLogs(world.account, await world.stacks.deployed('dev'));
  return all.find(({ name }) => name === metric)?.value ?? 0;
}

/** How dev's STANDARD machine ends when it is this one; then it is itself again. */
async function endOf(definition: object, stop = false): Promise<Json> {
  const { inside } = world;
  const { asyncStateMachineArn: stateMachineArn } = inside.outputs;
  const { definition: own } = await states('DescribeStateMachine', { stateMachineArn });
  await states('UpdateStateMachine', { stateMachineArn, definition: JSON.stringify(definition) });
  try {
    const executionArn = await inside.start({});
    if (stop) await states('StopExecution', { executionArn });
    return await inside.end(executionArn);
  } finally {
    await states('UpdateStateMachine', { stateMachineArn, definition: own as string });
  }
}

const machine = (state: object, more: object = {}) => ({ StartAt: 'Only', ...more, States: { Only: state } });
const ENDLESS = machine({ Type: 'Wait', Seconds: 60, End: true });

/** Each kind of failure, made to happen in dev, and the alarm that it raises. */
export function failures(): void {
  test('an event of the bus that is refused', async () => {
    const [refusals, faults] = [await counted('standard-refusals'), await counted('standard-faults')];
    await world.inside.publish({ ...shipped('s1', '5'), productId: 'refused' }, 1);
    await until(async () => ((await counted('standard-refusals')) > refusals ? true : undefined));
    expect(await counted('standard-faults')).toBe(faults);
    expect(await alarms()).toContain('hindsight-dev-bus-refusals');
  });

  test('an event of the bus that no rule appends: it waits in the queue', async () => {
    const { account, inside, stacks } = world;
    await inside.put({ Note: 'a pallet is missing' });
    const QueueUrl = inside.outputs['deadLetterQueueUrl'];
    const [message] = await until(async () => {
      const { Messages } = await account.call('sqs', 'AmazonSQS.ReceiveMessage', {
        ...{ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 0 },
      });
      return (Messages as { Body: string }[] | undefined)?.filter(({ Body }) => Body.includes('pallet'));
    });
    expect(JSON.parse(message?.Body ?? '')).toMatchObject({ detail: { Note: 'a pallet is missing' } });
    const visible = { namespace: 'AWS/SQS', name: 'ApproximateNumberOfMessagesVisible', value: 1 };
    expect(alarmsOf(await stacks.deployed('dev'), [visible])).toEqual(['hindsight-dev-dead-letters']);
  });

  test.each([
    [
      'that fails in no state',
      machine({ Type: 'Pass', InputPath: '$.missing', End: true }),
      'States.Runtime',
    ],
    // The stand-in has no limit of data, and no definition may use the service's name: the filter counts any name that is
    // no refusal.
    [
      'whose data exceed the limit',
      machine({ Type: 'Fail', Error: 'DataLimitExceeded', Cause: 'too large' }),
      'DataLimitExceeded',
    ],
    ['that takes too long', { ...ENDLESS, TimeoutSeconds: 1 }, undefined],
    ['that is aborted', ENDLESS, undefined],
  ])('an execution %s', async (what, definition, error) => {
    const before = await counted('standard-faults');
    const ended = await endOf(definition, what === 'that is aborted');
    expect(['FAILED', 'TIMED_OUT', 'ABORTED']).toContain(ended['status']);
    if (error !== undefined) expect(ended['error']).toBe(error);
    expect(await counted('standard-faults')).toBe(before + 1);
    expect(await alarms()).toContain('hindsight-dev-standard-faults');
  });

  test('a product that nears 10 GB', async () => {
    const { account, api, inside, stacks } = world;
    await api.append('large', received('r1', '1'));
    const TableName = inside.outputs['tableName'];
    const key = (version: number) => `v#${String(version).padStart(12, '0')}`;
    const Key = { [keySchema.partitionKey]: { S: 'large' }, [keySchema.sortKey]: { S: key(1) } };
    const { Item } = (await dynamodb(account, 'GetItem', { TableName, Key })) as { Item: Json };
    // As after twenty million appends.
    const version = 20_000_000;
    const later = JSON.stringify({ ...Item, sk: { S: key(version) }, version: { N: String(version) } });
    const renamed = later
      .replaceAll('000000000001', String(version).padStart(12, '0'))
      .replaceAll('r1', 'r2');
    await dynamodb(account, 'PutItem', { TableName, Item: JSON.parse(renamed) as Json });
    const validated = await account.invoke('hindsight-dev-validate-event', {
      ...{ productId: 'large', body: received('r3', '1') },
    });
    const planned = (await account.invoke('hindsight-dev-process-event', validated)) as Json;
    // Only planned, and the item is gone: the log has no gap, which its index would look for in vain.
    await dynamodb(account, 'DeleteItem', { TableName, Key: { ...Key, sk: { S: key(version) } } });
    expect(planned['plan']).toMatchObject({ outcome: 'store', result: { version: version + 1 } });
    const measured = embedded(account.log('hindsight-dev-process-event'));
    expect(alarmsOf(await stacks.deployed('dev'), measured)).toEqual(['hindsight-dev-product-size']);
  });

  test('an index that is behind the log', async () => {
    const { account, stacks } = world;
    const ApproximateCreationDateTime = Math.floor(Date.now() / 1000) - 300;
    const dynamodb = {
      Keys: { productId: { S: 'late' }, sk: { S: 'v#000000000001' } },
      ApproximateCreationDateTime,
    };
    await account.invoke('hindsight-dev-index-views', { Records: [{ dynamodb }] });
    const measured = embedded(account.log('hindsight-dev-index-views'));
    expect(alarmsOf(await stacks.deployed('dev'), measured)).toContain('hindsight-dev-views-lag');
  });

  test('no log of a machine has data: causes are codes', async () => {
    const { account, inside, stacks } = world;
    const SECRET = 'kx93';
    await inside.publish({ ...received('r1', '1'), productId: SECRET, color: 5, [SECRET]: SECRET }, 1);
    const refused = await world.api.append(SECRET, { ...shipped('s1', '5'), reason: SECRET });
    expect(refused).toMatchObject({ status: 409, body: { adjustment: { conflicts: [{ deficit: '5' }] } } });
    const ended = await inside.end(await inside.start({ productId: SECRET, body: shipped('s1', '5') }));
    expect(ended).toMatchObject({ error: 'RuleBroken', cause: 'insufficient-stock' });
    const groups = (await stacks.deployed('dev'))
      .all('aws_cloudwatch_log_group')
      .map(({ name }) => String(name))
      .filter((name) => /\/append(-async)?$/.test(name));
    expect(groups).toHaveLength(2);
    const entries = (await Promise.all(groups.map((group) => logged(account, group)))).flat();
    const causes = entries.map(({ details }) => (details as Json)['cause'] as unknown);
    expect(causes).toEqual(expect.arrayContaining(['insufficient-stock', 'invalid-event']));
    // The name of an execution is its own.
    expect(JSON.stringify(entries)).not.toContain(SECRET);
    for (const name of ['validate-event', 'process-event']) {
      const lines = account.log(`hindsight-dev-${name}`).split('\n');
      const told = lines.filter((line) => line.includes(SECRET)).map((line) => JSON.parse(line) as Json);
      expect(told.filter((line) => line['productId'] !== SECRET)).toEqual([]);
    }
  });
}

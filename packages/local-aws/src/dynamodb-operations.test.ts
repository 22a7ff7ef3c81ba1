import { isWrite, toolCall } from './dynamodb-operations';

const dynamo = (name: string) => `DynamoDB_20120810.${name}`;

test('a request becomes the call of a tool, its names in snake case and its values as they are', () => {
  const Key = { productId: { S: 'a' }, __proto: { N: '1' } };
  const request = { TableName: 'things', Key, ConsistentRead: true };
  expect(toolCall(dynamo('GetItem'), request)).toEqual({
    name: 'get_item',
    arguments: { table_name: 'things', key: Key },
  });
});

test('initials stay together', () => {
  const { arguments: given } = toolCall(dynamo('CreateTable'), { SSESpecification: { Enabled: true } });
  expect(Object.keys(given)).toEqual(['sse_specification']);
});

test('streams are asked by their own target', () => {
  expect(toolCall('DynamoDBStreams_20120810.GetRecords', { ShardIterator: 's' })).toEqual({
    name: 'get_records',
    arguments: { shard_iterator: 's' },
  });
});

test.each([
  ['an unknown operation', dynamo('DeleteTable'), {}, 'no operation'],
  ['an operation of an object’s own', dynamo('constructor'), {}, 'no operation'],
  ['another service', 'AWSStepFunctions.StartExecution', {}, 'no operation'],
  [
    'an unknown parameter',
    dynamo('Query'),
    { TableName: 'a', KeyConditions: {} },
    'no KeyConditions in Query',
  ],
  ['a parameter of an object’s own', dynamo('Query'), { toString: 1 }, 'no toString in Query'],
  ['units', dynamo('GetItem'), { ReturnConsumedCapacity: 'TOTAL' }, 'no ReturnConsumedCapacity in GetItem'],
  ['a list', dynamo('GetItem'), [], 'JSON object'],
  ['null', dynamo('GetItem'), null, 'JSON object'],
])('%s is refused and named, not left out', (_, target, request, message) => {
  expect(() => toolCall(target, request)).toThrow(
    expect.objectContaining({
      name: 'ValidationException',
      message: expect.stringContaining(message) as string,
    }),
  );
});

test('what asks for nothing may be said', () => {
  expect(toolCall(dynamo('ListTables'), { ReturnConsumedCapacity: 'NONE' }).arguments).toEqual({});
});

test('writes are known', () => {
  const names = ['PutItem', 'TransactWriteItems', 'GetItem', 'Query', 'BatchGetItem', 'DescribeTable'];
  expect(names.filter((name) => isWrite(toolCall(dynamo(name), {})))).toEqual([
    'PutItem',
    'TransactWriteItems',
  ]);
});

/*
 * The engine exposes DynamoDB's operations as tools of the Model Context Protocol: the same parameters in
 * snake case, and the same responses. Parameters that a tool does not support are rejected: silently dropping
 * one would answer a different question.
 */

/** A request parameter and the engine's name for it; null: meaningless on a single consistent engine. */
type Parameters = Readonly<Record<string, string | null>>;

const snake = (name: string): string =>
  name.replace(/(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, '_').toLowerCase();

const parameters = (...names: readonly string[]): Parameters =>
  Object.fromEntries([...names.map((name) => [name, snake(name)]), ['ConsistentRead', null]]) as Parameters;

const EXPRESSION = ['ExpressionAttributeNames', 'ExpressionAttributeValues'];
const WRITE = ['TableName', 'ConditionExpression', ...EXPRESSION, 'ReturnValues'];
const READ = ['TableName', 'IndexName', 'FilterExpression', 'ProjectionExpression', ...EXPRESSION];
const PAGE = ['Limit', 'ExclusiveStartKey', 'Select'];
const TABLE = [
  ...['TableName', 'AttributeDefinitions', 'BillingMode', 'StreamSpecification', 'ProvisionedThroughput'],
  ...['OnDemandThroughput', 'TableClass', 'DeletionProtectionEnabled'],
];

/** DeleteTable is missing because this project does not use it. */
const operations: Readonly<Record<string, Parameters>> = {
  BatchGetItem: parameters('RequestItems'),
  BatchWriteItem: parameters('RequestItems'),
  CreateTable: parameters(
    ...[...TABLE, 'KeySchema', 'LocalSecondaryIndexes', 'GlobalSecondaryIndexes', 'SSESpecification', 'Tags'],
  ),
  DeleteItem: parameters('Key', ...WRITE),
  DescribeStream: parameters('StreamArn', 'Limit'),
  DescribeTable: parameters('TableName'),
  GetItem: parameters('TableName', 'Key', 'ProjectionExpression', 'ExpressionAttributeNames'),
  GetRecords: parameters('ShardIterator', 'Limit'),
  GetShardIterator: parameters('StreamArn', 'ShardId', 'ShardIteratorType', 'SequenceNumber'),
  ListStreams: parameters('TableName', 'Limit'),
  ListTables: parameters(),
  PutItem: parameters('Item', ...WRITE),
  Query: parameters('KeyConditionExpression', 'ScanIndexForward', ...READ, ...PAGE),
  Scan: parameters('Segment', 'TotalSegments', ...READ, ...PAGE),
  TransactGetItems: parameters('TransactItems'),
  TransactWriteItems: parameters('TransactItems', 'ClientRequestToken'),
  UpdateItem: parameters('Key', 'UpdateExpression', ...WRITE),
  UpdateTable: parameters('GlobalSecondaryIndexUpdates', ...TABLE),
};

/** A call to one of the engine's tools. */
export interface ToolCall {
  readonly name: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

/** The request can't be made of the engine; for the client. */
export class UnsupportedRequest extends Error {
  override readonly name = 'ValidationException';
}

const TARGETS = /^(?:DynamoDB_20120810|DynamoDBStreams_20120810)\.([A-Za-z]{1,64})$/;

/** Whether a `Return…` parameter has the value NONE, the default of every operation. */
const isNone = (name: string, value: unknown): boolean => name.startsWith('Return') && value === 'NONE';

/**
 * @param target the header `x-amz-target`
 * @throws UnsupportedRequest
 */
export function toolCall(target: string, request: unknown): ToolCall {
  const operation = TARGETS.exec(target)?.[1] ?? '';
  const known = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
  if (known === undefined) throw new UnsupportedRequest(`the embedded engine has no operation ${target}`);
  if (typeof request !== 'object' || request === null || Array.isArray(request))
    throw new UnsupportedRequest('a request is a JSON object');
  const given: [string, unknown][] = [];
  for (const [name, value] of Object.entries(request)) {
    const parameter = Object.hasOwn(known, name) ? known[name] : undefined;
    if (parameter !== undefined && parameter !== null) given.push([parameter, value]);
    else if (parameter === undefined && !isNone(name, value))
      throw new UnsupportedRequest(`the embedded engine has no ${name} in ${operation}`);
  }
  // Without it, the engine answers in a shape of its own.
  if (operation === 'DescribeTable') given.push(['raw', true]);
  return { name: snake(operation), arguments: Object.fromEntries(given) };
}

/** The operations that change stored data. */
export const isWrite = ({ name }: ToolCall): boolean => /put|write|update|delete|create/.test(name);
